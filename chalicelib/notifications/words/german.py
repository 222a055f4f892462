"""German."""

from chalicelib.notifications.words.wording import Labels, Note, Wording

GERMAN = Wording(
    language="de",
    labels=Labels(
        account="Konto",
        invoice="Rechnung",
        credit_note="Rechnungskorrektur",
        receipt="Quittung",
        corrects="Berichtigt Rechnung",
        period="Zeitraum",
        total="Gesamtbetrag",
        paid_already="Bereits bezahlt",
        to_pay="Zu zahlen",
        due_on="Fällig am",
        days_overdue="Tage überfällig",
        holder="Kontoinhaber",
        iban="IBAN",
        bic="BIC",
        quote="Verwendungszweck",
        paid_by="Bezahlt per",
        reason="Grund",
        unpaid="Unbezahlt und noch nicht berechnet",
        limit="Kreditrahmen",
        available="Verfügbar",
        low_balance="Warnung unter",
        left="Übrig",
        usable_until="Nutzbar bis",
    ),
    methods={
        "bank": "Überweisung",
        "card": "Karte",
        "cash": "Barzahlung",
        "stripe": "Karte (Stripe)",
        "other": "Anderer Zahlungsweg",
    },
    invoice=Note(
        "{seller}: Rechnung {number}, {total}",
        "Rechnung {number} für {period} liegt bei, als PDF und als XML für Ihre Buchhaltung.",
    ),
    pay="Bitte zahlen Sie {to_pay} bis zum {due}.",
    paid_in_full="Sie ist bereits beglichen: Es ist nichts mehr zu zahlen.",
    in_your_favour="Sie fällt zu Ihren Gunsten aus: Der Betrag wird Ihnen gutgeschrieben.",
    credit_note=Note(
        "{seller}: Rechnungskorrektur {number}, {total}",
        "Rechnungskorrektur {number} zur Rechnung {refers_to} liegt bei. Sie mindert zuerst, was"
        " von dieser Rechnung noch offen ist; der Rest wird Ihnen gutgeschrieben.",
    ),
    receipt=Note(
        "{seller}: Quittung {number}, {total}",
        "Vielen Dank: {total} sind eingegangen und wurden Ihrem Guthabenkonto gutgeschrieben."
        " Quittung {number} liegt bei.",
    ),
    before_due=Note(
        "{seller}: Rechnung {number} wird am {due} fällig",
        "Wir möchten Sie freundlich erinnern: {to_pay} der Rechnung {number} werden am {due}"
        " fällig.",
    ),
    overdue=Note(
        "{seller}: {count}. Erinnerung: Rechnung {number} ist überfällig",
        "Rechnung {number} war am {due} fällig; davon sind {to_pay} noch nicht eingegangen. Bitte"
        " zahlen Sie diesen Betrag jetzt.",
    ),
    final=Note(
        "{seller}: Letzte Mahnung: Rechnung {number} ist überfällig",
        "Rechnung {number} war am {due} fällig. Trotz unserer Erinnerungen sind davon {to_pay}"
        " nicht eingegangen. Bitte zahlen Sie diesen Betrag unverzüglich.",
    ),
    ignore="Falls Sie inzwischen bezahlt haben, brauchen Sie nichts zu tun.",
    unless_held=(
        "Geht der Betrag nicht vor dem {day} ein, kann ab diesem Tag in Ihrem Konto nichts Neues"
        " mehr gestartet werden; was läuft, läuft weiter."
    ),
    unless_suspended=(
        "Geht der Betrag nicht vor dem {day} ein, wird Ihr Konto an diesem Tag gesperrt und seine"
        " Maschinen werden angehalten."
    ),
    credit_limit=Note(
        "{name}: Kreditrahmen von {limit} erreicht",
        "Was unbezahlt ist und was seit der letzten Rechnung genutzt wurde, beläuft sich auf"
        " {amount}. Der Kreditrahmen beträgt {limit}.",
    ),
    low_wallet=Note(
        "{name}: Das Guthaben wird knapp, noch {available}",
        "Abzüglich der Nutzung, die noch nicht entnommen ist, sind auf dem Guthabenkonto noch"
        " {available}. Bitte laden Sie es rechtzeitig auf.",
    ),
    empty_wallet=Note(
        "{name}: Das Guthaben ist aufgebraucht",
        "Das Guthabenkonto ist leer: Mit der Nutzung, die noch nicht entnommen ist, steht es bei"
        " {available}. Bitte laden Sie es auf.",
    ),
    expiring=Note(
        "{name}: {left} geschenktes Guthaben verfallen bald",
        "{left} des Ihnen geschenkten Guthabens sind bis zum {day} nutzbar; danach verfallen sie.",
    ),
    held=Note(
        "{name}: Das Konto ist eingeschränkt",
        "Da Zahlungen ausstehen, kann in Ihrem Konto nichts Neues gestartet werden; was läuft,"
        " läuft weiter. Die Einschränkung endet, sobald die Zahlung eingegangen ist.",
    ),
    suspended=Note(
        "{name}: Das Konto ist gesperrt",
        "Da Zahlungen ausstehen, ist Ihr Konto gesperrt und seine Maschinen sind angehalten;"
        " nichts wird gelöscht. Die Sperre endet, sobald die Zahlung eingegangen ist.",
    ),
    resumed=Note(
        "{name}: Das Konto ist wieder nutzbar",
        "Ihr Konto ist wieder ohne Einschränkung nutzbar. Vielen Dank.",
    ),
    start_machines=(
        "Angehaltene Maschinen starten nicht von selbst: Bitte starten Sie sie wieder."
    ),
    pay_online="Online bezahlen oder Einzelheiten ansehen: {url}",
    see="Einzelheiten ansehen: {url}",
    top_up="Aufladen: {url}",
)
