import "server-only";
import { Refusal } from "#lib/kernel/refusal";
import { channel } from "./channel";

/** Who opened the mini program, from the code of `wx.login`. Refuses: wechatCode (wrong or used), channelDown (no clear answer). */
export async function openidOfCode(code: string): Promise<string> {
  if (!code || code.length > 200) throw new Refusal("wechatCode");
  const answer = await channel().code2session(code);
  if (answer.kind === "refused") throw new Refusal("wechatCode");
  if (answer.kind !== "ok") throw new Refusal("channelDown");
  return answer.openid;
}

/** The mobile number a person agreed to hand over (`getPhoneNumber`). Refuses: wechatCode, channelDown, phoneForeign. */
export async function phoneOfCode(code: string): Promise<string> {
  if (!code || code.length > 200) throw new Refusal("wechatCode");
  const answer = await channel().phoneNumber(code);
  if (answer.kind === "refused") throw new Refusal("wechatCode");
  if (answer.kind !== "ok") throw new Refusal("channelDown");
  if (answer.countryCode !== "86") throw new Refusal("phoneForeign");
  return answer.phone;
}
