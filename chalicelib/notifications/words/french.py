"""French."""

from chalicelib.notifications.words.wording import Labels, Note, Wording

FRENCH = Wording(
    language="fr",
    labels=Labels(
        account="Compte",
        invoice="Facture",
        credit_note="Avoir",
        receipt="Reçu",
        corrects="Rectifie la facture",
        period="Période",
        total="Total",
        paid_already="Déjà payé",
        to_pay="Montant à payer",
        due_on="Échéance",
        days_overdue="Jours de retard",
        holder="Titulaire du compte",
        iban="IBAN",
        bic="BIC",
        quote="À indiquer",
        paid_by="Payé par",
        reason="Motif",
        unpaid="Impayé et pas encore facturé",
        limit="Limite de crédit",
        available="Disponible",
        low_balance="Avertissement au-dessous de",
        left="Reste",
        usable_until="Utilisable jusqu’au",
    ),
    methods={
        "bank": "Virement bancaire",
        "card": "Carte",
        "cash": "Espèces",
        "stripe": "Carte (Stripe)",
        "other": "Autre moyen",
    },
    invoice=Note(
        "{seller} : facture {number}, {total}",
        "La facture {number} pour {period} est jointe, en PDF et en XML pour votre logiciel de"
        " comptabilité.",
    ),
    pay="Merci de payer {to_pay} au plus tard le {due}.",
    paid_in_full="Elle est déjà réglée : il ne reste rien à payer.",
    in_your_favour="Elle est en votre faveur : le montant est ajouté à votre crédit.",
    credit_note=Note(
        "{seller} : avoir {number}, {total}",
        "L’avoir {number} sur la facture {refers_to} est joint. Il réduit d’abord ce qui reste"
        " impayé de cette facture ; le reste est ajouté à votre crédit.",
    ),
    receipt=Note(
        "{seller} : reçu {number}, {total}",
        "Merci : {total} ont été reçus et ajoutés à votre portefeuille. Le reçu {number} est"
        " joint.",
    ),
    before_due=Note(
        "{seller} : la facture {number} arrive à échéance le {due}",
        "Simple rappel : {to_pay} de la facture {number} sont à payer au plus tard le {due}.",
    ),
    overdue=Note(
        "{seller} : rappel {count} : la facture {number} est en retard",
        "La facture {number} était à payer le {due}, et {to_pay} ne nous sont pas encore"
        " parvenus. Merci de les payer maintenant.",
    ),
    final=Note(
        "{seller} : dernier avis : la facture {number} est en retard",
        "La facture {number} était à payer le {due}. Malgré nos rappels, {to_pay} ne nous sont pas"
        " parvenus. Merci de les payer sans délai.",
    ),
    ignore="Si vous avez payé entre-temps, vous n’avez rien à faire.",
    unless_held=(
        "Sans paiement reçu avant le {day}, plus rien de nouveau ne pourra être démarré dans votre"
        " compte à partir de ce jour ; ce qui fonctionne continue."
    ),
    unless_suspended=(
        "Sans paiement reçu avant le {day}, votre compte sera suspendu ce jour-là et ses machines"
        " seront arrêtées."
    ),
    credit_limit=Note(
        "{name} : limite de crédit de {limit} atteinte",
        "Ce qui est impayé et ce qui a été utilisé depuis la dernière facture s’élèvent à"
        " {amount}. La limite de crédit est de {limit}.",
    ),
    low_wallet=Note(
        "{name} : le portefeuille est presque vide, reste {available}",
        "Il reste {available} dans le portefeuille, après déduction de l’utilisation qui n’en a"
        " pas encore été prélevée. Merci de le recharger à temps.",
    ),
    empty_wallet=Note(
        "{name} : le portefeuille est vide",
        "Il ne reste rien dans le portefeuille : avec l’utilisation qui n’en a pas encore été"
        " prélevée, il est à {available}. Merci de le recharger.",
    ),
    expiring=Note(
        "{name} : {left} de crédit offert expirent bientôt",
        "{left} du crédit qui vous a été offert peuvent être utilisés jusqu’au {day} ; ensuite ils"
        " expirent.",
    ),
    held=Note(
        "{name} : le compte est restreint",
        "Un paiement étant en attente, rien de nouveau ne peut être démarré dans votre compte ; ce"
        " qui fonctionne continue. La restriction prend fin dès réception du paiement.",
    ),
    suspended=Note(
        "{name} : le compte est suspendu",
        "Un paiement étant en attente, votre compte est suspendu et ses machines sont arrêtées ;"
        " rien n’est supprimé. La suspension prend fin dès réception du paiement.",
    ),
    resumed=Note(
        "{name} : le compte est de nouveau utilisable",
        "Votre compte est de nouveau utilisable sans restriction. Merci.",
    ),
    start_machines="Les machines arrêtées ne redémarrent pas seules : merci de les démarrer.",
    pay_online="Payer en ligne ou voir les détails : {url}",
    see="Voir les détails : {url}",
    top_up="Recharger : {url}",
)
