import { randomUUID } from "node:crypto";

type Json = Record<string, unknown>;

/** A call that the API refused, with its stable code. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    path: string,
  ) {
    super(`${path}: ${status} ${code}`);
  }
}

/** A mini program of one resident: signs in by the channel's code and speaks REST v1, nothing else. */
export class MiniProgram {
  private token = "";
  id = "";

  constructor(
    private readonly baseUrl: string,
    private readonly channelUrl: string,
    readonly openid: string,
  ) {}

  async call<T = Json>(
    method: string,
    path: string,
    body?: Json | FormData,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const isForm = body instanceof FormData;
    for (let tries = 0; ; tries++) {
      const answer = await fetch(new URL(`/api/v1${path}`, this.baseUrl), {
        method,
        headers: {
          ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
          ...(body && !isForm ? { "content-type": "application/json" } : {}),
          ...headers,
        },
        ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
      });
      if (answer.status === 429 && tries < 20) {
        await new Promise((done) => setTimeout(done, Number(answer.headers.get("retry-after") ?? 1) * 1000));
        continue;
      }
      const said = answer.status === 204 ? {} : ((await answer.json()) as Json);
      if (!answer.ok) throw new Refused(answer.status, String(said.code), `${method} ${path}`);
      return said as T;
    }
  }

  /** A write that moves money or stock, under a key of its own. */
  once<T = Json>(path: string, body: Json = {}): Promise<T> {
    return this.call<T>("POST", path, body, { "idempotency-key": randomUUID() });
  }

  async signIn(): Promise<void> {
    const session = await this.call<{ access_token: string; resident_id: string }>("POST", "/auth/wechat/sessions", {
      code: `sim:${this.openid}`,
    });
    this.token = session.access_token;
    this.id = session.resident_id;
  }

  async bindPhone(phone: string): Promise<void> {
    await this.call("POST", "/auth/wechat/phone", { code: `sim:${phone}` });
  }

  /** Orders what is asked; answers the ids of the orders made, one per pickup day. */
  async order(pointId: string, items: { sku_id: string; quantity: number }[], name: string): Promise<string[]> {
    const quote = await this.call<{ orders: { quote_token: string }[] }>("POST", "/quotes", {
      pickup_point_id: pointId,
      items,
    });
    const ids: string[] = [];
    for (const o of quote.orders)
      ids.push((await this.once<{ id: string }>("/orders", { quote_token: o.quote_token, contact_name: name })).id);
    return ids;
  }

  /** Asks for the payment and pays it in the channel, which tells the shop, or does not, or does so twice. */
  async pay(
    orderId: string,
    how: { lose_notice?: boolean; double_notice?: boolean; at?: string; force?: boolean } = {},
  ): Promise<void> {
    const prepared = await this.prepay(orderId);
    await this.payInChannel(prepared, how);
  }

  async prepay(orderId: string): Promise<string> {
    const payment = await this.once<{ params: { package: string } }>(`/orders/${orderId}/payments`, {
      method: "wechat",
    });
    return payment.params.package.replace("prepay_id=", "");
  }

  async payInChannel(prepayId: string, how: Json = {}): Promise<void> {
    const answer = await fetch(new URL("/_control/pay", this.channelUrl), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ prepay_id: prepayId, ...how }),
    });
    if (!answer.ok) throw new Error(`the channel does not take the payment: ${await answer.text()}`);
  }
}
