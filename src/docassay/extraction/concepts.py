"""Business terms that many documents share, with the labels that print them in several languages.

A label that belongs to one concept never fills a field of another: a due date is not an invoice date, and a
subtotal is not a total. The first label of a concept is its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

ValueKind = Literal[
    "text", "name", "address", "identifier", "iban", "date", "datetime", "number", "integer", "money",
    "percent", "currency", "email", "phone", "url", "boolean", "enum",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    """One business term. ``labels`` are lower-case phrases as printed, in any language."""

    key: str
    kind: ValueKind
    labels: tuple[str, ...]


_TABLE: Final = """
invoice_number | identifier | invoice number; invoice no; invoice id; invoice #; inv no; bill number; \
bill no; tax invoice no; our invoice; rechnungsnummer; rechnungs nr; rechnung nr; rechnungs-nr; \
rechnungsnr; belegnummer; numéro de facture; facture no; facture n°; n° facture; n° de facture; número de \
factura; factura n°; factura no; fattura n°; numero fattura; factuurnummer; invoice; rechnung; facture; \
factura; fattura
receipt_number | identifier | receipt number; receipt no; receipt #; receipt id; ticket number; ticket \
no; transaction number; transaction id; transaction no; bon nr; bonnummer; beleg nr; quittungsnummer; \
receipt
order_number | identifier | order number; order no; order #; order id; sales order; sales order number; \
bestellnummer; bestell nr; auftragsnummer; auftrags nr; numéro de commande; n° commande; número de pedido
purchase_order | identifier | purchase order number; purchase order; po number; po no; po #; p.o. number; \
po; customer po; your order; your order number; ihre bestellung
customer_number | identifier | customer number; customer no; customer id; client number; client id; \
client no; kundennummer; kunden nr; kunden-nr; kundennr; numéro client; n° client; número de cliente
account_number | identifier | account number; account no; account #; a/c no; acct no; kontonummer; konto \
nr; numéro de compte; n° de compte; número de cuenta
reference | identifier | reference; reference number; reference no; ref; ref no; our reference; our ref; \
your reference; your ref; unser zeichen; ihr zeichen; referenz; référence; referencia; case number; case \
no
delivery_number | identifier | delivery note number; delivery note; delivery note no; lieferschein nr; \
lieferscheinnummer; bon de livraison; tracking number; tracking no
contract_number | identifier | contract number; contract no; contract id; agreement number; \
vertragsnummer; policy number; policy no
vat_id | identifier | vat number; vat no; vat id; vat reg no; vat registration number; vat identification \
number; tax id; tax number; tax no; tin; ein; ust-idnr; ust-id-nr; ust id; ustid; umsatzsteuer-id; \
steuernummer; siret; n° tva; numéro de tva; tva intracommunautaire; nif; cif; partita iva; p.iva; abn; \
gstin
iban | iban | iban; iban number; iban no
bic | identifier | bic; swift; swift code; bic/swift; swift/bic; bic code
document_date | date | date; document date; datum; fecha; data
invoice_date | date | invoice date; date of invoice; bill date; billing date; date of issue; issue date; \
date issued; issued on; issued; tax point date; rechnungsdatum; belegdatum; ausstellungsdatum; date de \
facture; date de facturation; date d'émission; fecha de factura; fecha de emisión; data fattura; \
factuurdatum
due_date | date | due date; payment due date; payment due; due by; due on; pay by; date due; payable by; \
due; payment date due; fällig am; fälligkeitsdatum; fälligkeit; zahlbar bis; zahlungsziel; date \
d'échéance; échéance; fecha de vencimiento; vencimiento; data scadenza; scadenza; vervaldatum
order_date | date | order date; date of order; ordered on; bestelldatum; auftragsdatum; date de commande
delivery_date | date | delivery date; date of delivery; ship date; shipping date; date shipped; shipped \
on; service date; lieferdatum; leistungsdatum; date de livraison; fecha de entrega
receipt_date | date | receipt date; purchase date; date of purchase; transaction date; sale date; \
kaufdatum
statement_date | date | statement date; date of statement; closing date; statement closing date; \
auszugsdatum; kontoauszug vom
period_start | date | period start; from date; start date; period from; statement from; effective date; \
valid from; beginn; gültig ab
period_end | date | period end; to date; end date; period to; statement to; expiry date; expiration date; \
expires; valid until; valid to; gültig bis; ende
period | text | period; statement period; billing period; service period; reporting period; zeitraum; \
abrechnungszeitraum; leistungszeitraum; période
birth_date | date | date of birth; birth date; dob; born; birthday; geburtsdatum; date de naissance
signature_date | date | date signed; signature date; signed on; signing date
total | money | total; grand total; total amount; total due; amount due; invoice total; total amount due; \
total incl vat; total including vat; total incl tax; total payable; amount payable; total to pay; balance \
due; gross total; total gross; gross amount; total price; order total; receipt total; final total; net \
payable; gesamtbetrag; gesamtsumme; gesamt; summe; rechnungsbetrag; bruttobetrag; endbetrag; zu zahlen; \
zahlbetrag; gesamt brutto; total ttc; montant total; montant ttc; total à payer; net à payer; importe \
total; total a pagar; totale; totale fattura; totaal; totaalbedrag; sum total; total sum
subtotal | money | subtotal; sub total; sub-total; net total; total net; net amount; total excl vat; \
total excluding vat; total excl tax; total before tax; amount before tax; net; zwischensumme; \
nettobetrag; netto; gesamt netto; summe netto; total ht; sous-total; montant ht; base imponible; \
imponibile; subtotaal
tax | money | tax; vat; sales tax; tax amount; vat amount; total tax; total vat; tax total; gst; hst; \
mwst; ust; mehrwertsteuer; umsatzsteuer; steuerbetrag; steuer; tva; montant tva; iva; importe iva; btw; \
mwst betrag; inkl mwst; plus vat
tax_rate | percent | tax rate; vat rate; tax percent; tax percentage; vat percent; vat %; tax %; mwst \
satz; mwst-satz; mwst %; steuersatz; ust satz; taux tva; taux de tva; tva %; tipo iva
discount | money | discount; rebate; total discount; discount amount; rabatt; nachlass; skonto; remise; \
descuento; sconto; korting
shipping | money | shipping; shipping cost; shipping costs; shipping fee; freight; delivery fee; delivery \
charge; postage; shipping and handling; versand; versandkosten; frais de port; livraison; gastos de envío
tip | money | tip; gratuity; service charge; trinkgeld; pourboire; propina
amount_paid | money | amount paid; paid; payment received; payments received; payments; cash; cash \
tendered; tendered; amount tendered; deposit paid; bezahlt; gezahlt; gegeben; montant payé; card payment
change | money | change; change due; rückgeld; monnaie rendue; cambio
opening_balance | money | opening balance; previous balance; balance brought forward; beginning balance; \
starting balance; anfangssaldo; alter saldo; alter kontostand; solde initial; solde précédent; saldo \
inicial
closing_balance | money | closing balance; new balance; ending balance; current balance; balance carried \
forward; endsaldo; neuer saldo; neuer kontostand; nouveau solde; solde final; saldo final
balance | money | balance; account balance; running balance; saldo; kontostand; solde
total_credits | money | total credits; total deposits; deposits; money in; total paid in; paid in; total \
in
total_debits | money | total debits; total withdrawals; withdrawals; money out; total paid out; paid out; \
total out
debit | money | debit; debits; withdrawal; soll; débit; lastschrift; debit amount
credit | money | credit; credits; deposit; haben; crédit; gutschrift; credit amount
currency | currency | currency; invoice currency; currency code; währung; devise; moneda; valuta
payment_terms | text | payment terms; terms; terms of payment; zahlungsbedingungen; conditions de \
paiement; condiciones de pago; net terms
payment_method | text | payment method; method of payment; paid by; pay method; payment type; \
zahlungsart; zahlungsweise; mode de paiement; moyen de paiement; forma de pago; tender
vendor | name | vendor; vendor name; seller; supplier; supplier name; seller name; merchant; merchant \
name; store; store name; from; issued by; issuer; company; company name; sold by; bill from; biller; \
provider; sender; sender name; lieferant; verkäufer; absender; aussteller; fournisseur; vendeur; \
émetteur; proveedor; fornitore
customer | name | customer; customer name; client; client name; buyer; buyer name; bill to; billed to; \
invoice to; sold to; invoiced to; recipient; recipient name; bill to name; kunde; rechnungsempfänger; \
empfänger; käufer; rechnung an; facturé à; acheteur; destinataire; cliente; to; payer; account holder; \
account holder name; account name; kontoinhaber
ship_to | name | ship to; shipped to; deliver to; delivery to; delivery address; shipping address; \
lieferadresse; lieferanschrift; adresse de livraison
contact | name | contact; contact person; contact name; attention; attn; ansprechpartner; z. hd; à \
l'attention de
bank | name | bank; bank name; kreditinstitut; banque; banco
address | address | address; street address; anschrift; adresse; dirección; indirizzo
email | email | email; e-mail; email address; e-mail address; mail; e-mail-adresse; courriel; correo
phone | phone | phone; telephone; tel; phone number; telephone number; mobile; phone no; tel no; telefon; \
téléphone; teléfono; telefono; cell
fax | phone | fax; fax number; fax no; telefax
website | url | website; web; url; web site; homepage; internet; site web
cashier | name | cashier; served by; server; operator; kassierer; bediener; es bediente sie
subject | text | subject; re; regarding; betreff; betrifft; objet; asunto; oggetto
title | text | title; document title; titel; titre; título
author | name | author; authors; written by; prepared by; verfasser; autor; auteur
status | text | status; state; zustand; statut; estado
notes | text | notes; note; remarks; comments; bemerkung; bemerkungen; anmerkungen; hinweis; remarques; \
notas
line_position | identifier | position; pos; item no; line; line no; item #; #; line number; pos nr
sku | identifier | sku; item code; product code; article number; article no; part number; part no; item \
number; product id; product number; artikelnummer; artikel nr; artikel-nr; art nr; art.-nr; référence \
article; código; code; item id; stock code; product no
description | text | description; item; item description; product; product name; service; article; \
details; item name; product description; particulars; goods; work; beschreibung; bezeichnung; artikel; \
leistung; produkt; désignation; libellé; descripción; concepto; descrizione; omschrijving; transaction; \
transaction details; transaction description; narrative; buchungstext; verwendungszweck; memo; goods or \
services; position text
quantity | number | quantity; qty; units; count; hours; hrs; pcs; pieces; menge; anzahl; stück; stk; std; \
quantité; qté; cantidad; cant; quantità; aantal; no of units; qnty
unit | text | unit; unit of measure; uom; einheit; me; unité; unidad
unit_price | money | unit price; price per unit; price each; unit cost; price; rate; each; cost per unit; \
hourly rate; unit rate; price/unit; einzelpreis; stückpreis; preis; e-preis; ep; prix unitaire; pu ht; \
p.u; prix unitaire ht; precio unitario; precio; prezzo unitario; prezzo; stukprijs
line_total | money | line total; amount; line amount; total amount; total price; total; net amount; \
extended price; extension; sum; value; item total; betrag; gesamtpreis; gesamt; summe; g-preis; gp; \
montant; total ht; montant ht; importe; importo; bedrag; net total; cost; charge
"""


def _parsed() -> tuple[Concept, ...]:
    concepts = []
    for line in _TABLE.strip().splitlines():
        key, kind, labels = (part.strip() for part in line.split("|"))
        concepts.append(
            Concept(key, _KINDS[kind], tuple(label.strip() for label in labels.split(";") if label.strip()))
        )
    return tuple(concepts)


_KINDS: Final[Mapping[str, ValueKind]] = {
    "text": "text", "name": "name", "address": "address", "identifier": "identifier", "iban": "iban",
    "date": "date", "datetime": "datetime", "number": "number", "integer": "integer", "money": "money",
    "percent": "percent", "currency": "currency", "email": "email", "phone": "phone", "url": "url",
    "boolean": "boolean", "enum": "enum",
}  # fmt: skip

CONCEPTS: Final[tuple[Concept, ...]] = _parsed()

ROW_CONCEPTS: Final = frozenset(
    {
        "line_position", "sku", "description", "quantity", "unit", "unit_price", "line_total", "debit",
        "credit", "balance",
    }
)  # fmt: skip
"""Concepts that name a column of a list of items; they are looked for there first."""

COMPATIBLE: Final[Mapping[str, frozenset[str]]] = {
    "invoice_number": frozenset({"line_position"}),
    "receipt_number": frozenset({"line_position"}),
    "order_number": frozenset({"line_position", "purchase_order"}),
    "account_number": frozenset({"iban"}),
    "document_date": frozenset({"invoice_date", "statement_date", "receipt_date"}),
    "invoice_date": frozenset({"document_date"}),
    "statement_date": frozenset({"document_date", "period_end"}),
    "receipt_date": frozenset({"document_date"}),
    "closing_balance": frozenset({"balance"}),
    "balance": frozenset({"closing_balance"}),
    "period_start": frozenset({"period"}),
    "period_end": frozenset({"period"}),
    "line_total": frozenset({"total", "subtotal"}),
    "unit_price": frozenset({"line_total"}),
    "address": frozenset({"vendor", "customer", "ship_to"}),
    "ship_to": frozenset({"address"}),
}
"""Which other concepts' labels may fill a field, as a weaker match: field concept -> label concepts."""

SUMMARY_CONCEPTS: Final = frozenset(
    {
        "total", "subtotal", "tax", "discount", "shipping", "tip", "amount_paid", "change", "opening_balance",
        "closing_balance", "total_credits", "total_debits", "balance",
    }
)  # fmt: skip
"""Concepts that label the rows below a list of items, which are no items."""
