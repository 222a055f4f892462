"""Spanish."""

from chalicelib.notifications.words.wording import Labels, Note, Wording

SPANISH = Wording(
    language="es",
    labels=Labels(
        account="Cuenta",
        invoice="Factura",
        credit_note="Factura rectificativa",
        receipt="Recibo",
        corrects="Rectifica la factura",
        period="Período",
        total="Total",
        paid_already="Ya pagado",
        to_pay="Importe por pagar",
        due_on="Vencimiento",
        days_overdue="Días de retraso",
        holder="Titular de la cuenta",
        iban="IBAN",
        bic="BIC",
        quote="Indique",
        paid_by="Pagado con",
        reason="Motivo",
        unpaid="Sin pagar y aún sin facturar",
        limit="Límite de crédito",
        available="Disponible",
        low_balance="Aviso por debajo de",
        left="Queda",
        usable_until="Se puede usar hasta el",
    ),
    methods={
        "bank": "Transferencia bancaria",
        "card": "Tarjeta",
        "cash": "Efectivo",
        "stripe": "Tarjeta (Stripe)",
        "other": "Otro medio",
    },
    invoice=Note(
        "{seller}: factura {number}, {total}",
        "Se adjunta la factura {number} de {period}, en PDF y en XML para su programa de"
        " contabilidad.",
    ),
    pay="Le rogamos que pague {to_pay} a más tardar el {due}.",
    paid_in_full="Ya está saldada: no queda nada por pagar.",
    in_your_favour="Es a su favor: el importe se suma a su saldo.",
    credit_note=Note(
        "{seller}: factura rectificativa {number}, {total}",
        "Se adjunta la factura rectificativa {number} de la factura {refers_to}. Reduce primero lo"
        " que queda sin pagar de esa factura; el resto se suma a su saldo a favor.",
    ),
    receipt=Note(
        "{seller}: recibo {number}, {total}",
        "Gracias: hemos recibido {total} y los hemos añadido a su monedero. Se adjunta el recibo"
        " {number}.",
    ),
    before_due=Note(
        "{seller}: la factura {number} vence el {due}",
        "Le recordamos que {to_pay} de la factura {number} vencen el {due}.",
    ),
    overdue=Note(
        "{seller}: recordatorio {count}: la factura {number} está vencida",
        "La factura {number} venció el {due} y aún no hemos recibido {to_pay}. Le rogamos que los"
        " pague ahora.",
    ),
    final=Note(
        "{seller}: último aviso: la factura {number} está vencida",
        "La factura {number} venció el {due}. A pesar de nuestros recordatorios no hemos recibido"
        " {to_pay}. Le rogamos que los pague sin demora.",
    ),
    ignore="Si ya ha pagado, no tiene que hacer nada.",
    unless_held=(
        "Si no se recibe antes del {day}, desde ese día no se podrá iniciar nada nuevo en su"
        " cuenta; lo que está en marcha sigue."
    ),
    unless_suspended=(
        "Si no se recibe antes del {day}, ese día se suspenderá su cuenta y se detendrán sus"
        " máquinas."
    ),
    credit_limit=Note(
        "{name}: límite de crédito de {limit} alcanzado",
        "Lo que está sin pagar y lo que se ha usado desde la última factura suman {amount}. El"
        " límite de crédito es de {limit}.",
    ),
    low_wallet=Note(
        "{name}: queda poco en el monedero, {available}",
        "En el monedero quedan {available}, descontado el uso que aún no se ha tomado de él. Le"
        " rogamos que lo recargue a tiempo.",
    ),
    empty_wallet=Note(
        "{name}: el monedero está vacío",
        "No queda nada en el monedero: con el uso que aún no se ha tomado de él está en"
        " {available}. Le rogamos que lo recargue.",
    ),
    expiring=Note(
        "{name}: {left} de saldo de regalo caducan pronto",
        "{left} del saldo que se le regaló se pueden usar hasta el {day}; después caducan.",
    ),
    held=Note(
        "{name}: la cuenta está restringida",
        "Hay un pago pendiente, por lo que no se puede iniciar nada nuevo en su cuenta; lo que está"
        " en marcha sigue. La restricción termina cuando se recibe el pago.",
    ),
    suspended=Note(
        "{name}: la cuenta está suspendida",
        "Hay un pago pendiente, por lo que su cuenta está suspendida y sus máquinas están"
        " detenidas; no se borra nada. La suspensión termina cuando se recibe el pago.",
    ),
    resumed=Note(
        "{name}: la cuenta se puede usar de nuevo",
        "Su cuenta se puede usar de nuevo sin restricciones. Gracias.",
    ),
    start_machines="Las máquinas detenidas no arrancan solas: inícielas, por favor.",
    pay_online="Pagar en línea o ver los detalles: {url}",
    see="Ver los detalles: {url}",
    top_up="Recargar: {url}",
)
