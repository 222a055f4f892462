import json
from local.cloudstack.estate import *
def show(a): print(a.status, a.body.decode()[:400])
def tryit(f, label):
    try: print(label, '->', end=' '); show(f())
    except AssertionError as e: print('ASSERT', str(e)[:400])
def test_x(empty, capsys):
  with capsys.disabled():
    c = empty["acme"]
    good = {"amount":{"amount":"10.00","currency":"EUR"},"thresholds":["50"],"recipients":["a@b.example"]}
    def put(raw=None, ct="application/json", **ch):
        d = {**good, **ch}
        for k in [k for k,v in d.items() if v is ...]: del d[k]
        body = raw if raw is not None else json.dumps(d).encode()
        h = {"Cookie": f"session={c.token}"}
        if ct: h["Content-Type"]=ct
        return c.call("PUT","/budgets/monthly",body=body,headers=h)
    for ch in [dict(amount=...),dict(thresholds=...),dict(recipients=...),dict(colour=1),dict(amount=5),dict(amount={"amount":"many","currency":"EUR"}),dict(amount={"amount":"NaN","currency":"EUR"}),
       dict(amount={"amount":"sNaN","currency":"EUR"}),dict(amount={"amount":"Infinity","currency":"EUR"}),dict(amount={"amount":"1e400","currency":"EUR"}),dict(amount={"amount":"1e-400","currency":"EUR"}),dict(amount={"amount":"1e9999999999999999999","currency":"EUR"}),
       dict(amount={"amount":None,"currency":"EUR"}),dict(amount={"amount":True,"currency":"EUR"}),dict(amount={"currency":"EUR"}),dict(amount={"amount":"1"}),dict(amount={"amount":"1","currency":"USD"}),dict(amount={"amount":"1","currency":"eur"}),dict(amount={"amount":"1","currency":"EUR","x":1}),
       dict(amount={"amount":" 1 ","currency":"EUR"}),dict(amount={"amount":"1_000","currency":"EUR"}),dict(amount={"amount":"١٢","currency":"EUR"}),dict(amount={"amount":"","currency":"EUR"}),
       dict(thresholds=[]),dict(thresholds=["0"]),dict(thresholds=["-1"]),dict(thresholds=["1000.01"]),dict(thresholds=["50.123"]),dict(thresholds=["50","50.0"]),dict(thresholds=[str(i) for i in range(1,12)]),dict(thresholds="50"),dict(thresholds=["fifty"]),dict(thresholds=["NaN"]),dict(thresholds=["sNaN"]),dict(thresholds=["1e-999999"]),dict(thresholds=[None]),dict(thresholds={"a":1}),dict(thresholds=[50,80.5]),dict(thresholds=["1e2"]),
       dict(recipients=[]),dict(recipients=["x"]),dict(recipients=["a@b.example","A@B.example"]),dict(recipients=[f"a{i}@b.example" for i in range(11)]),dict(recipients=[1]),dict(recipients="a@b.example"),dict(recipients=["a@b.example\r\nBcc: x@y.example"]),dict(recipients=["Ada <a@b.example>"]),dict(recipients=["a@b.example "]),dict(recipients=["a@localhost"]),dict(recipients=["ü@b.example"]),dict(recipients=["a@bücher.example"]),dict(recipients=["a@b.example,c@d.example"]),dict(recipients=["a"*5000+"@b.example"]),dict(recipients=["a@[127.0.0.1]"]),dict(recipients=["\"a b\"@b.example"]),dict(recipients=["a@b.test"]),dict(recipients=["x"*3000])]:
        tryit(lambda: put(**ch), json.dumps(ch, default=str)[:100])
    for raw in [b"", b"{", b"null", b"[]", b"\xff\xfe", b'"x"', b'{"amount":{"amount":NaN,"currency":"EUR"},"thresholds":[],"recipients":[]}', b'{"amount":{"amount":1e400,"currency":"EUR"},"thresholds":["50"],"recipients":["a@b.example"]}', b'{"amount":{"amount":1e999999999999999999999,"currency":"EUR"},"thresholds":["50"],"recipients":["a@b.example"]}', b'{"amount":{"amount":0.1,"currency":"EUR"},"thresholds":["50"],"recipients":["a@b.example"]}', b'{"amount":{"amount":'+b'9'*5000+b',"currency":"EUR"},"thresholds":["50"],"recipients":["a@b.example"]}', b'{"a":'*10000, b'{"amount":'+b'['*100000, b' '*250000, b'{"amount":{"amount":"1","currency":"\\ud800"},"thresholds":["50"],"recipients":["a@b.example"]}', b'{"amount":{"amount":"1","currency":"EUR"},"thresholds":["50"],"recipients":["\\ud800@b.example"]}']:
        tryit(lambda: put(raw=raw), raw[:60])
    for ct in ["text/plain","application/x-www-form-urlencoded",None,"application/json; charset=utf-8","application/octet-stream"]:
        tryit(lambda: put(ct=ct), ct)
    for bid in ["Monthly","a"*41,"-a","%20","a b","ä","a"*3000]:
        tryit(lambda: c.put(f"/budgets/{bid}", good), bid[:20])
        tryit(lambda: c.delete(f"/budgets/{bid}"), "del "+bid[:20])
    for q in ["x"*3000,"","ä","\x00"]:
        tryit(lambda: c.get("/budgets", account=q), "acct "+q[:10])
        tryit(lambda: c.get("/alerts", next=q), "next "+q[:10])
    op = empty["admin"]
    for q in ["x"*3000,"","ä","EUR","eur"]:
        tryit(lambda: op.get("/admin/rate-cards", currency=q), "cur "+q[:10])
        tryit(lambda: op.get("/admin/accounts", next=q), "cur "+q[:10])
    terms={"currency":"EUR","language":"en","time_zone":"UTC"}
    for ch in [dict(currency="XXX"),dict(currency="eur"),dict(currency=""),dict(time_zone=""),dict(time_zone="Mars/Olympus"),dict(time_zone="Europe"),dict(time_zone="../../etc/passwd"),dict(time_zone="a\x00b"),dict(time_zone="x"*3000),dict(time_zone="tzdata.zi"),dict(time_zone="/etc/localtime"),dict(time_zone="ä"),dict(time_zone="localtime"),dict(time_zone="Factory"),dict(time_zone="__init__.py"),dict(language=""),dict(language="e"),dict(language="!!"),dict(language="en_US"),dict(language="12"),dict(language="x"*36),dict(language="<b>"),dict(language="xx-yy"),dict(language="\x00\x00")]:
        tryit(lambda: op.put("/admin/accounts/some-id", {**terms, **ch}), json.dumps(ch)[:80])
    for aid in ["x"*64,"x"*65,"ä","a b"]:
        tryit(lambda: op.put(f"/admin/accounts/{aid}", terms), aid[:10])
    price={"usage_type":1,"per":"hour","price":"0.02"}
    card={"currency":"EUR","effective_from":"2026-09-01T00:00:00Z","prices":[price]}
    for ch in [dict(effective_from="0001-01-01T00:00:00+10:00"),dict(effective_from="0001-01-01T00:00:00Z"),dict(effective_from="9999-12-31T23:59:59Z"),dict(effective_from="9999-12-31T23:59:59-10:00"),dict(effective_from="2026-09-01T00:00:00"),dict(effective_from="2026-09-01"),dict(effective_from=5),dict(effective_from="2026-09-01T00:00:00.5Z"),dict(currency="XYZ"),dict(prices=[]),dict(prices=[price,price]),dict(prices=[{**price,"usage_type":14}]),dict(prices=[{**price,"usage_type":10**30}]),dict(prices=[{**price,"usage_type":10**3000}]),dict(prices=[{**price,"per":"gib"}]),dict(prices=[{**price,"per":"day"}]),dict(prices=[{**price,"price":"-1"}]),dict(prices=[{**price,"price":"NaN"}]),dict(prices=[{**price,"price":"1e400"}]),dict(prices=[{**price,"price":"1e-400"}]),dict(prices=[{**price,"price":"1e13"}]),dict(prices=[{**price,"price":"1e3"}]),dict(prices=[{**price,"price":"-0"}]),dict(prices=5),dict(prices=[5]),dict(x=1)]:
        tryit(lambda: op.post("/admin/rate-cards", {**card, **ch}), json.dumps(ch)[:100])
    tryit(lambda: op.get("/admin/rate-cards", currency="EUR"), "list")
    for f,t in [("2026-11-01","2026-10-01"),("x","y"),("",""),("20261101","2026-11-30"),("2026-W45-1","2026-11-30"),("0001-01-01","0001-02-01"),("9999-12-01","9999-12-31"),("2020-01-01","2026-11-01"),("2026-02-30","2026-11-01"),("2026-11-01","2026-11-01")]:
        tryit(lambda: c.get("/costs", **{"from":f,"to":t}), (f,t))
    tryit(lambda: c.get("/costs"), "none")
    tryit(lambda: c.get("/costs", **{"from":"2026-11-01","to":"2026-11-30","granularity":"hour"}), "g")
    tryit(lambda: c.get("/costs", **{"from":"2026-11-01","to":"2026-11-30","group":"zone"}), "g")
    for b in [{}, {"username":"acme"}, {"password":"x"}, {"username":"","password":""}, {"username":1,"password":"x"}, {"username":"a","password":"x","domain":"/nowhere"},{"username":"a\x00","password":"x\x00"},{"username":"a"*100000,"password":"x"},{"username":"\u00e4","password":"x"},{"username":"acme","password":"x","x":1},{"signed_request":"x"},{"signed_request":5}]:
        tryit(lambda: c.post("/session", b), json.dumps(b)[:60])
    tryit(lambda: op.post("/admin/runs", {"run":"x"}), "run x")
    tryit(lambda: op.post("/admin/runs", {"run":"plan_collection"}), "run")
    for h in [{"Cookie":'other={"a": "b c"}; session='+c.token},{"Cookie":'other="x"y; session='+c.token},{"Cookie":'a[b]=c; session='+c.token},{"Cookie":'a b=c; session='+c.token},{"Authorization":"Bearer "+c.token},{"Authorization":"bearer "+c.token},{"Authorization":"Basic eDp5"},{"Authorization":"Basic eDp5","Cookie":"session="+c.token},{"Authorization":"Bearer \u00e4"},{"Cookie":"session="},{"Cookie":"session=x; session="+c.token}]:
        tryit(lambda: c.call("GET","/session",headers=h), str(h)[:60])
