/** Every kind of thing that has an id; the prefix is part of the type, so a leader id cannot be passed as an order id. */
export type Prefix =
  | "usr"
  | "sgn"
  | "res"
  | "rgn"
  | "whs"
  | "rte"
  | "pkp"
  | "sap"
  | "sup"
  | "doc"
  | "ctr"
  | "clm"
  | "lap"
  | "ldr"
  | "cat"
  | "prd"
  | "sku"
  | "imp"
  | "ssn"
  | "fls"
  | "ofr"
  | "prq"
  | "ctp"
  | "ser"
  | "cpt"
  | "cpn"
  | "grp"
  | "stk"
  | "pay"
  | "rfd"
  | "trf"
  | "msg"
  | "ord"
  | "oln"
  | "por"
  | "pol"
  | "rcp"
  | "dlv"
  | "dll"
  | "vrf"
  | "asc"
  | "cmr"
  | "stm"
  | "sml"
  | "wdr"
  | "pbt"
  | "fil"
  | "ntf"
  | "ntc"
  | "tok"
  | "fnd"
  | "rpt"
  | "dnt"
  | "cmt"
  | "svw"
  | "run";

export type Id<P extends Prefix> = `${P}_${string}`;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

const timeWidth = 9;
const chanceWidth = 11;

function timeText(at: Date): string {
  let text = "";
  for (let rest = at.getTime(), i = 0; i < timeWidth; i++, rest = Math.floor(rest / 32))
    text = alphabet[((rest % 32) + 32) % 32] + text;
  return text;
}

/** Chance is fetched in bulk: asking for it costs more than the id. */
const chance = { bytes: new Uint8Array(0), used: 0 };
function chanceText(): string {
  if (chance.used + chanceWidth > chance.bytes.length) {
    chance.bytes = crypto.getRandomValues(new Uint8Array(chanceWidth * 100));
    chance.used = 0;
  }
  let text = "";
  for (let i = 0; i < chanceWidth; i++) text += alphabet[(chance.bytes[chance.used++] ?? 0) & 31];
  return text;
}

/**
 * A new id: prefix, underscore, 9 characters of time, 11 of chance: 24 in all (a WeChat scene holds 32).
 * `at` comes from the business clock, so ids sort by business time.
 */
export function newId<P extends Prefix>(prefix: P, at: Date): Id<P> {
  return `${prefix}_${timeText(at)}${chanceText()}`;
}

/** The lower bound of the ids made at an instant or later: a range over the primary key in place of an index on the time. */
export const firstId = (prefix: Prefix, at: Date): string => `${prefix}_${timeText(at)}`;

/** True when the text has the shape of an id of this kind. */
export const isId = <P extends Prefix>(prefix: P, text: string): text is Id<P> =>
  text.length === prefix.length + 21 &&
  text.startsWith(`${prefix}_`) &&
  /^[0-9a-z]+$/.test(text.slice(prefix.length + 1));

/** A channel's alphanumeric number for an id: the id without its underscore, at most 28 characters. */
export const channelNo = (id: string): string => id.replace("_", "");

/** The last five characters, as people say an order aloud. */
export const tailOf = (id: string): string => id.slice(-5).toUpperCase();
