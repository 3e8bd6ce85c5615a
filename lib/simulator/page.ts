/** The resident's phone: pays orders and confirms transfers with a finger, over the control desk. `?openid=` shows one person's. */
export const page = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>微信支付（模拟）</title>
<style>
:root{color-scheme:light dark;--paper:#ededed;--card:#fff;--ink:#1a1a1a;--soft:#6b6b6b;--line:#e2e2e2;--green:#067a3c;--greenink:#fff;--frame:#d4d4d4;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--paper:#111;--card:#1d1d1d;--ink:#ececec;--soft:#a2a2a2;--line:#303030;--green:#2aae67;--greenink:#04150b;--frame:#000;--bad:#ff8a80}}
*{box-sizing:border-box;margin:0}
body{background:var(--frame);color:var(--ink);font:16px/1.5 -apple-system,"PingFang SC","Noto Sans SC","Microsoft YaHei",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:26rem;min-height:100vh;margin:0 auto;background:var(--paper);padding-bottom:3rem}
header{position:sticky;top:0;background:var(--paper);padding:.9rem 1rem .6rem;border-bottom:1px solid var(--line)}
h1{font-size:1.05rem;font-weight:600;text-align:center}
header p{display:flex;justify-content:space-between;gap:1rem;color:var(--soft);font-size:.8rem;margin-top:.35rem}
h2{font-size:.8rem;font-weight:500;color:var(--soft);padding:1.1rem 1rem .4rem}
ul{list-style:none;padding:0;background:var(--card);border-block:1px solid var(--line)}
li{display:grid;grid-template-columns:1fr auto;gap:.15rem 1rem;align-items:center;padding:.8rem 1rem}
li+li{border-top:1px solid var(--line)}
.what{font-weight:500;overflow-wrap:anywhere}
.sum{font-size:1.15rem;font-weight:600;text-align:right}
.fine{color:var(--soft);font-size:.78rem;overflow-wrap:anywhere}
button{min-height:2.75rem;min-width:5.5rem;border:0;border-radius:.4rem;background:var(--green);color:var(--greenink);font:inherit;font-weight:600;cursor:pointer}
button:disabled{opacity:.5;cursor:default}
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.none{padding:1.1rem 1rem;color:var(--soft);background:var(--card);border-block:1px solid var(--line);font-size:.9rem}
#said{min-height:1.4rem;padding:.6rem 1rem 0;font-size:.9rem}
#said.bad{color:var(--bad)}
</style>
</head>
<body>
<main>
<header>
<h1>微信支付（模拟）</h1>
<p><span id="who"></span><span id="now"></span></p>
</header>
<p id="said" role="status" aria-live="polite"></p>
<h2>待支付</h2><div id="orders"></div>
<h2>待确认收款</h2><div id="transfers"></div>
<h2>最近支付</h2><div id="done"></div>
</main>
<script>
const who = new URLSearchParams(location.search).get("openid") || "";
const at = (id) => document.getElementById(id);
const yuan = (fen) => "¥" + Math.floor(fen / 100).toLocaleString("zh-CN") + "." + String(fen % 100).padStart(2, "0");
const time = (iso) => new Date(iso).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
let busy = false, shown = "";
at("who").textContent = who ? "用户 " + who : "全部用户";
const make = (tag, name, text) => { const e = document.createElement(tag); e.className = name; e.textContent = text; return e; };
function say(text, bad) { at("said").textContent = text; at("said").className = bad ? "bad" : ""; }
function fill(id, rows, empty, row) {
  if (rows.length === 0) return at(id).replaceChildren(make("p", "none", empty));
  const list = document.createElement("ul");
  list.append(...rows.map(row));
  at(id).replaceChildren(list);
}
function line(what, fen, fine, label, path, body, done) {
  const item = document.createElement("li");
  item.append(make("span", "what", what), make("span", "sum", yuan(fen)), make("span", "fine", fine));
  if (!label) return item;
  const button = make("button", "", label);
  button.setAttribute("aria-label", label + " " + what + " " + yuan(fen));
  button.onclick = async () => {
    busy = true; button.disabled = true;
    try {
      const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const said = await answer.json();
      say(answer.ok ? done + " " + yuan(fen) : said.message, !answer.ok);
    } catch { say("渠道没有应答，请稍后再试", true); }
    busy = false; shown = ""; await show();
  };
  item.append(button);
  return item;
}
async function show() {
  if (busy) return;
  let all;
  try { all = await (await fetch("/_control/waiting" + (who ? "?openid=" + encodeURIComponent(who) : ""))).json(); }
  catch { say("渠道没有应答，正在重试", true); return; }
  at("now").textContent = time(all.now);
  const text = JSON.stringify([all.orders, all.transfers, all.done]);
  if (text === shown) return;
  shown = text;
  fill("orders", all.orders, "没有待支付的订单。在小程序下单后会出现在这里。", (o) =>
    line(o.description, o.amount_fen, o.out_trade_no + " · " + o.openid + " · " + time(o.expires_at) + " 前", "支付", "/_control/pay", { prepay_id: o.prepay_id }, "已支付"));
  fill("transfers", all.transfers, "没有待确认的收款。团长提现获批后会出现在这里。", (t) =>
    line(t.remark, t.amount_fen, t.out_bill_no + " · " + t.openid + " · " + time(t.expires_at) + " 前", "确认收款", "/_control/transfers/confirm", { out_bill_no: t.out_bill_no }, "已收款"));
  fill("done", all.done, "还没有支付记录。", (d) =>
    line(d.description, d.amount.total, time(d.success_time) + " · " + d.trade_state_desc + " · " + d.transaction_id));
}
show();
setInterval(show, 2000);
</script>
</body>
</html>
`;
