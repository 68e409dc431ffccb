import time, uuid, json, pytest
from app.core import db
from app.core.actors import SYSTEM
from app.risk.operations import set_random_share
from tests.factories import declarations
from tests.journeys.test_api import call, no_chance  # noqa
def show(name, r, t0=None):
    print(f"\n## {name}: {r.status_code} {len(r.data)}B {'' if t0 is None else round(time.time()-t0,2)} {r.text[:260]}")
def test_probe(call):
    W = declarations.words
    def post(name, body=None, raw=None, path="/declarations", **o):
        t0=time.time()
        if raw is not None: r = call("trader","POST",path,data=raw,content_type="application/json",**o)
        else: r = call("trader","POST",path,json=body,**o)
        show(name, r, t0); return r
    b = W(); big = dict(b["items"][0]); items=[]
    for n in range(1,4):
        items.append({**big,"number":n,"gross_kg":"999999999.999","net_kg":"1"})
    post("gross overflow", {**b,"items":items})
    post("surrogate key", raw=b'{"\\ud800": 1}')
    post("surrogate key draft", raw=b'{"\\ud800": 1}', path="/declarations?draft=true")
    post("surrogate key nested", raw=json.dumps({**b,"countries":{"\ud800":"x"}}).encode())
    post("junk post draft", {"post":"TOO LONG POST"}, path="/declarations?draft=true")
    post("junk post draft2", {"post":"XXYYY"}, path="/declarations?draft=true")
    post("junk post draft3", {"post":"TJ\u200c1"}, path="/declarations?draft=true")
    post("dup names", raw=("{"+",".join(f'"k{i}":1' for i in range(15000))+',"k14999":2}').encode())
    post("many items 100k", raw=('{"items":['+",".join("{}" for i in range(30000))+']}').encode())
    post("many items draft", raw=('{"items":['+",".join("{}" for i in range(30000))+']}').encode(), path="/declarations?draft=true")
    post("floats draft", raw=('{"items":['+",".join("1.5" for i in range(300000))+']}').encode(), path="/declarations?draft=true")
    for q in ("limit=000200"+"9"*25, "limit=0002009", "limit=%00", "since=1","since=2026-01-01T00:00:00%2B99:99","after=x","after=%00","q=%00","q=%ff","post=%ff","plate=%25%25%25%25","plate=____","commodity=99999999999999","commodity=%D9%A1%D9%A2","status=x","lane=red","declarant=%F0%9F%98%80", "q="+"a"*100):
        t0=time.time(); show(q, call("officer","GET","/declarations?"+q), t0)
    for p in ("/declarations/%00","/declarations/a%00b/history","/permits/%00","/permits/%00.pdf","/proposals/%00","/declarations/%ff%fe","/declarations/"+"9"*3000,"/declarations/%F0%9F%98%80/lane"):
        show(p, call("officer","GET",p))
    for h in ({"Idempotency-Key":"é"},{"If-Match":"é"},{"If-Match":'"99999999999"'},{"If-Match":'"999999999"'}):
        show(str(h), call("trader","DELETE","/declarations/x",headers=h))
    r=post("languages", {"languages":[1,2]}, path="/declarations/x/permit")
    r=post("bool number", {**b,"items":[{**big,"number":True}]})
    r=post("huge int", raw=json.dumps({**b,"items":[{**big,"number":12345678901234567890}]}).encode())
    r=post("date0", {**b,"invoice":{**b["invoice"],"date":"9999-12-31"}})
    t=dict(b["transport"]); t["expected_arrival"]="0001-01-01T00:00:00+23:59"
    r=post("moment", {**b,"transport":t})
    r=post("containers nested", {**b,"transport":{**b["transport"],"containers":[["x"],{"a":1},None]}})
    r=post("costs odd", {**b,"costs":[{"kind":["a"],"amount":{}, "currency":1,"included":{}}]})
    r=post("empty obj keys", {**b,"":1,"a/b~":{"":2}})
    for u in ("/verify",):
        show("verify deep", call(None,"POST",u,key=False,data=b'{"qr":'+b'['*100000,content_type="application/json"))
        show("verify sur", call(None,"POST",u,key=False,data=b'{"qr":"\\ud800GZ1:"}',content_type="application/json"))
        show("verify txt", call(None,"POST",u,key=False,data=b'GZ1:\xff\x00',content_type="text/plain"))
