"use client";
import { Eye, EyeOff } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "#components/ui/button";
import { Icon } from "#components/ui/icon";
import { StateNote } from "#components/ui/state-badge";
import type { FormAction } from "#lib/kernel/answer";

export type DemoAccount = { key: string; name: string; role: string; login: string; password?: string };
type Way = "password" | "sms";
type Kind = "leader" | "supplier";

/** Posts to next-auth's own callback: its client library weighs more than these lines. Null when we are in, else the error's code and fact. */
async function post(way: Way | "wechat", values: Record<string, string>): Promise<string | null> {
  const { csrfToken } = (await (await fetch("/api/auth/csrf")).json()) as { csrfToken: string };
  const answer = await fetch(`/api/auth/callback/${way}`, {
    method: "POST",
    body: new URLSearchParams({ ...values, csrfToken, json: "true" }),
  });
  const { url } = (await answer.json()) as { url?: string };
  return url ? new URL(url, location.href).searchParams.get("error") : "broken";
}

/** Two ways in: e-mail and password, or mobile number and code. `say` turns a refusal's code into words (they arrive as props, by code). */
export function SignInForm({
  next,
  refusals,
  requestCode,
  demo,
  demoPassword,
  hasSms,
  wechatCode,
}: {
  next: string;
  refusals: Record<string, string>;
  requestCode: FormAction;
  demo: readonly DemoAccount[];
  demoPassword: string | null;
  hasSms: boolean;
  /** The code of `wx.login` with which the mini program opens this page for a leader. */
  wechatCode: string | null;
}) {
  const t = useTranslations("identity.signIn");
  const [way, setWay] = useState<Way>("password");
  const [login, setLogin] = useState({ email: "", password: "", phone: "", code: "" });
  const [shown, setShown] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [wait, setWait] = useState(0);
  const [kinds, setKinds] = useState<readonly Kind[]>([]);
  const first = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => setWait((seconds) => seconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  const tried = useRef(false);
  useEffect(() => {
    if (!wechatCode || tried.current) return;
    tried.current = true;
    setPending(true);
    post("wechat", { code: wechatCode })
      .then((error) => (error ? setProblem(words(error)) : location.assign(next)))
      .catch(() => setProblem(t("network")))
      .finally(() => setPending(false));
  });

  const words = (error: string): string => {
    const [code = "", fact = ""] = error.split(":");
    return (refusals[code] ?? refusals.broken ?? "").replace(/\{\w+\}/, fact);
  };
  const set = (change: Partial<typeof login>) => setLogin((now) => ({ ...now, ...change }));
  const turn = (to: Way) => {
    setWay(to);
    setProblem(null);
    setKinds([]);
  };

  async function enter(as?: Kind) {
    setPending(true);
    setProblem(null);
    try {
      const values: Record<string, string> =
        way === "password"
          ? { email: login.email, password: login.password }
          : { phone: login.phone, code: login.code, ...(as ? { as } : {}) };
      const error = await post(way, values);
      if (!error) {
        location.assign(next);
        return;
      }
      if (error.startsWith("chooseAccount:")) setKinds(error.slice(14).split(",") as Kind[]);
      else {
        setProblem(words(error));
        first.current?.focus();
      }
    } catch {
      setProblem(t("network"));
    }
    setPending(false);
  }

  async function getCode() {
    setProblem(null);
    const form = new FormData();
    form.set("phone", login.phone);
    try {
      const answer = await requestCode(null, form);
      if (!answer.ok) {
        setProblem(answer.fields?.phone ?? answer.message);
        return;
      }
      setWait(60);
      setNote(hasSms ? t("codeSent") : `${t("codeSent")}${t("codeOutbox")}`);
    } catch {
      setProblem(t("network"));
    }
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (!pending) enter();
  }

  function fill(account: DemoAccount) {
    const byPhone = /^\d{11}$/.test(account.login);
    turn(byPhone ? "sms" : "password");
    if (byPhone) set({ phone: account.login, code: "" });
    else set({ email: account.login, password: account.password ?? "" });
  }

  return (
    <div className="flex w-full flex-col gap-6">
      <form onSubmit={onSubmit} className="card flex flex-col gap-4 p-5 sm:p-6" noValidate aria-busy={pending}>
        <div role="tablist" aria-label={t("ways")} className="segments self-start">
          {(["password", "sms"] as const).map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              id={`way-${one}`}
              aria-selected={way === one}
              aria-controls="way"
              onClick={() => turn(one)}
            >
              {t(one)}
            </button>
          ))}
        </div>
        <div role="tabpanel" id="way" aria-labelledby={`way-${way}`} className="flex flex-col gap-4">
          {way === "password" ? (
            <>
              <label className="flex flex-col gap-1">
                {t("email")}
                <input
                  ref={first}
                  className="control"
                  name="email"
                  type="email"
                  autoComplete="username"
                  inputMode="email"
                  autoCapitalize="none"
                  value={login.email}
                  onChange={(event) => set({ email: event.target.value })}
                  aria-invalid={problem ? true : undefined}
                  required
                />
              </label>
              <div className="flex flex-col gap-1">
                <label htmlFor="password">{t("passwordField")}</label>
                <span className="control-box pr-1!">
                  <input
                    id="password"
                    name="password"
                    type={shown ? "text" : "password"}
                    autoComplete="current-password"
                    value={login.password}
                    onChange={(event) => set({ password: event.target.value })}
                    aria-invalid={problem ? true : undefined}
                    required
                  />
                  <IconButton
                    label={shown ? t("hidePassword") : t("showPassword")}
                    onClick={() => setShown(!shown)}
                    tone="quiet"
                    size="small"
                  >
                    <Icon of={shown ? EyeOff : Eye} />
                  </IconButton>
                </span>
              </div>
            </>
          ) : (
            <>
              <label className="flex flex-col gap-1">
                {t("phone")}
                <input
                  ref={first}
                  className="control"
                  name="phone"
                  type="tel"
                  autoComplete="tel-national"
                  inputMode="numeric"
                  value={login.phone}
                  onChange={(event) => set({ phone: event.target.value })}
                  aria-invalid={problem ? true : undefined}
                  aria-describedby="phone-note"
                  required
                />
                <span id="phone-note" className="text-xs text-muted">
                  {t("phoneHint")}
                </span>
              </label>
              <div className="flex items-end gap-2">
                <label className="flex min-w-0 flex-1 flex-col gap-1">
                  {t("code")}
                  <input
                    className="control tracking-widest"
                    name="code"
                    autoComplete="one-time-code"
                    inputMode="numeric"
                    maxLength={6}
                    value={login.code}
                    onChange={(event) => set({ code: event.target.value.replace(/\D/g, "") })}
                    aria-invalid={problem ? true : undefined}
                    required
                  />
                </label>
                <Button onClick={getCode} disabled={wait > 0 || login.phone.length < 11}>
                  {wait > 0 ? t("again", { seconds: wait }) : t("getCode")}
                </Button>
              </div>
              {note && (
                <p className="text-xs text-muted" role="status">
                  {note}
                </p>
              )}
            </>
          )}
        </div>
        <div aria-live="assertive">{problem && <StateNote kind="failed">{problem}</StateNote>}</div>
        {kinds.length > 0 ? (
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-2">{t("choose")}</legend>
            {kinds.map((kind) => (
              <Button key={kind} size="large" wide onClick={() => enter(kind)} disabled={pending}>
                {t(`kinds.${kind}`)}
              </Button>
            ))}
          </fieldset>
        ) : (
          <Button type="submit" tone="primary" wide disabled={pending}>
            {pending ? t("pending") : t("submit")}
          </Button>
        )}
        <p className="text-xs text-muted">{way === "password" ? t("forgot") : t("wechat")}</p>
      </form>
      {demo.length > 0 && (
        <section aria-labelledby="demo" className="flex flex-col gap-2">
          <h2 id="demo">{t("demo")}</h2>
          <p className="text-xs text-muted">
            {demoPassword && t("demoText", { password: demoPassword })} {t("demoSms")}
          </p>
          <ul className="grid grid-cols-2 gap-1.5 sm:grid-cols-3">
            {demo.map((account) => (
              <li key={account.key}>
                <button
                  type="button"
                  onClick={() => fill(account)}
                  className="flex h-full w-full flex-col items-start rounded-card border border-border bg-surface px-3 py-2 text-left hover:bg-surface-secondary"
                >
                  <b className="text-xs!">{account.role}</b>
                  <span className="text-xs text-muted">{account.name}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <p>
        <Link href="/apply" className="link">
          {t("apply")}
        </Link>
      </p>
    </div>
  );
}
