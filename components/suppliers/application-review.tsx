"use client";
import { Check, Download, FileText, RotateCw, X, ZoomIn, ZoomOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { startTransition, useOptimistic, useState } from "react";
import { Button, IconButton, LinkButton } from "#components/ui/button";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { Empty } from "#components/ui/empty";
import { Icon } from "#components/ui/icon";
import { Reveal } from "#components/ui/reveal";
import { StateBadge, type StateKind, StateShape } from "#components/ui/state-badge";
import { toast } from "#components/ui/toast";
import type { FormAction } from "#lib/kernel/answer";
import { type Day, momentText } from "#lib/kernel/time";
import { type FieldName, kindOfField } from "#lib/suppliers/rules";
import type { ApplicationDossier, DocumentView, ReviewItem } from "#lib/suppliers/schema";
import { ContractFields } from "./contract-fields";

type Props = {
  dossier: ApplicationDossier;
  /** Words of ids: categories and cities. */
  names: Record<string, string>;
  mayReview: boolean;
  today: Day;
  verdict: FormAction;
  giveBack: FormAction;
  reject: FormAction;
  approve: FormAction;
  reveal: FormAction | undefined;
};

const groups = ["subject", "papers", "account", "goods"] as const;
const levelKind: Record<"ok" | "warn" | "bad", StateKind> = { ok: "done", warn: "attention", bad: "failed" };
const levelInk = { ok: "text-muted", warn: "text-warning-soft-foreground", bad: "text-danger-soft-foreground" };

/** Evidence left, one verdict a field right; a return asks only for what is marked. */
export function ApplicationReview(props: Props) {
  const { dossier, today } = props;
  const t = useTranslations("suppliers");
  const [shown, show] = useState<string | null>(dossier.documents[0]?.id ?? null);
  const [items, setItem] = useOptimistic(
    dossier.items,
    (list: ReviewItem[], change: { field: string; verdict: ReviewItem["verdict"]; reason: string | null }) =>
      list.map((item) =>
        item.field === change.field ? { ...item, verdict: change.verdict, reason: change.reason } : item,
      ),
  );
  const isOpen = dossier.state === "submitted" && props.mayReview;
  const fix = items.filter((i) => i.verdict === "fix");
  const open = items.filter((i) => i.verdict === null);
  const label = (field: string): string => {
    const kind = kindOfField(field);
    if (kind) return t(`documents.${kind}`);
    return field === "name" && dossier.subjectType === "farmer" ? t("farmerName") : t(`fields.${field as FieldName}`);
  };
  function judge(field: string, verdict: "ok" | "fix" | "clear", reason?: string) {
    const form = new FormData();
    form.set("applicationId", dossier.id);
    form.set("field", field);
    form.set("verdict", verdict);
    if (reason) form.set("reason", reason);
    startTransition(async () => {
      setItem({ field, verdict: verdict === "clear" ? null : verdict, reason: reason ?? null });
      const answer = await props.verdict(null, form).catch(() => null);
      if (!answer?.ok) toast(answer?.message ?? t("apply.notSaved"), { kind: "failed" });
    });
  }
  return (
    <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_432px]">
      <Evidence dossier={dossier} items={items} shown={shown} show={show} today={today} />
      <section className="card flex min-w-0 flex-col overflow-hidden" aria-label={t("review.verdicts")}>
        <header className="flex min-h-11 flex-wrap items-center gap-2 border-b border-separator px-4 py-2">
          <h2>{t("review.verdicts")}</h2>
          <span className="text-muted">
            {t("review.progress", { done: items.length - open.length, all: items.length })}
          </span>
          <span className="ml-auto flex gap-3">
            <StateBadge kind="done">{items.filter((i) => i.verdict === "ok").length}</StateBadge>
            <StateBadge kind="failed">{fix.length}</StateBadge>
            <StateBadge kind="progress">{open.length}</StateBadge>
          </span>
        </header>
        <div className="xl:max-h-[calc(100dvh-320px)] xl:overflow-y-auto">
          {groups.map((group) => {
            const own = items.filter((i) => i.group === group);
            return own.length === 0 ? null : (
              <section key={group} aria-label={t(`groups.${group}`)}>
                <h3 className="bg-surface-secondary px-4 py-1 text-xs font-normal! text-muted">
                  {t(`groups.${group}`)}
                </h3>
                <ul className="divide-y divide-separator">
                  {own.map((item) => (
                    <Item
                      key={item.field}
                      item={item}
                      label={label(item.field)}
                      value={<ItemValue item={item} {...props} />}
                      isOpen={isOpen}
                      judge={judge}
                      look={() => item.documentIds[0] && show(item.documentIds[0])}
                    />
                  ))}
                </ul>
              </section>
            );
          })}
        </div>
        {isOpen && (
          <footer className="flex flex-col gap-3 border-t border-separator p-4">
            <p className="text-xs text-muted">
              {open.length === 0 && fix.length === 0
                ? t("review.standing.ready")
                : [
                    open.length > 0 && t("review.standing.open", { open: open.length }),
                    fix.length > 0 && t("review.standing.fix", { fix: fix.length }),
                  ]
                    .filter(Boolean)
                    .join("、") + (fix.length > 0 ? ` · ${t("review.standing.returns")}` : "")}
            </p>
            <div className="flex flex-wrap items-center gap-2">
              <ConfirmButton
                label={t("review.return", { count: fix.length })}
                tone={fix.length > 0 ? "primary" : "plain"}
                disabled={fix.length === 0}
                action={props.giveBack}
                values={{ applicationId: dossier.id, version: dossier.version }}
                confirmation={{
                  title: t("review.returnTitle", { count: fix.length }),
                  text: <ReturnText fix={fix} label={label} text={t("review.returnText")} />,
                  verb: t("review.return", { count: fix.length }),
                }}
              />
              <ConfirmButton
                label={t("review.approve")}
                tone={fix.length + open.length === 0 ? "primary" : "plain"}
                disabled={fix.length + open.length > 0}
                action={props.approve}
                values={{ applicationId: dossier.id, version: dossier.version }}
                confirmation={{
                  title: t("review.contract"),
                  text: t("review.contractText"),
                  verb: t("review.approve"),
                }}
              >
                <ContractFields />
              </ConfirmButton>
              <span className="ml-auto">
                <ConfirmButton
                  label={t("review.reject")}
                  tone="danger"
                  action={props.reject}
                  values={{ applicationId: dossier.id, version: dossier.version }}
                  confirmation={{
                    title: t("review.rejectTitle"),
                    text: t("review.rejectText"),
                    verb: t("review.rejectVerb"),
                    tone: "danger-fill",
                    reason: "required",
                  }}
                />
              </span>
            </div>
          </footer>
        )}
      </section>
    </div>
  );
}

function ReturnText({ fix, label, text }: { fix: ReviewItem[]; label: (field: string) => string; text: string }) {
  return (
    <>
      <p>{text}</p>
      <ul className="mt-2 list-disc pl-5">
        {fix.map((item) => (
          <li key={item.field}>
            {label(item.field)} <span className="text-muted">{item.reason}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function ItemValue({ item, dossier, names, reveal }: { item: ReviewItem } & Props) {
  const t = useTranslations("suppliers");
  const kind = kindOfField(item.field);
  if (item.field === "subjectType") return t(`subjectTypes.${dossier.subjectType}`);
  if (item.field === "categoryIds" || item.field === "cityIds")
    return (
      item.value
        .split(",")
        .filter(Boolean)
        .map((id) => names[id] ?? id)
        .join("、") || "—"
    );
  if (kind)
    return item.value
      ? `${t("apply.expires")} ${item.value}`
      : t(item.documentIds.length > 0 ? "apply.uploaded" : "review.notes.missing");
  if (item.sealed)
    return <Reveal masked={item.value} action={reveal} values={{ applicationId: dossier.id, what: item.field }} />;
  return item.value || "—";
}

function Item({
  item,
  label,
  value,
  isOpen,
  judge,
  look,
}: {
  item: ReviewItem;
  label: string;
  value: React.ReactNode;
  isOpen: boolean;
  judge: (field: string, verdict: "ok" | "fix" | "clear", reason?: string) => void;
  look: () => void;
}) {
  const t = useTranslations("suppliers.review");
  const [asks, setAsks] = useState(false);
  const [own, setOwn] = useState("");
  const standard = t.raw(
    `reasons.${item.group === "papers" ? "document" : item.field}` as "reasons.document",
  ) as string[];
  const reasons = [...new Set([...item.reasons, ...standard])];
  const isFix = item.verdict === "fix";
  return (
    <li
      className={`flex flex-col gap-2 px-4 py-2.5 ${isFix ? "bg-danger-soft" : item.note?.level === "warn" && item.verdict === null ? "bg-warning-soft" : ""}`}
    >
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <div className="text-xs text-muted">{label}</div>
          <div className="font-semibold break-words">
            {item.documentIds.length > 0 ? (
              <button type="button" className="text-left font-semibold hover:underline" onClick={look}>
                {value}
              </button>
            ) : (
              value
            )}
          </div>
          {item.note && (
            <div className={`text-xs ${levelInk[item.note.level]}`}>
              {t(`notes.${item.note.code as "pages"}`, item.note.facts as { count: number; days: number })}
            </div>
          )}
          {item.askedBefore && (
            <div className="text-xs text-warning-soft-foreground">{t("askedBefore", { reason: item.askedBefore })}</div>
          )}
        </div>
        {isOpen ? (
          <fieldset className="segments flex-none" aria-label={t("pick", { name: label })}>
            <button
              type="button"
              aria-pressed={item.verdict === "ok"}
              className={item.verdict === "ok" ? "bg-success-soft! text-success-soft-foreground!" : ""}
              onClick={() => {
                setAsks(false);
                judge(item.field, item.verdict === "ok" ? "clear" : "ok");
              }}
            >
              <Icon of={Check} size={14} />
              {t("ok")}
            </button>
            <button
              type="button"
              aria-pressed={isFix}
              className={isFix ? "bg-danger! text-white!" : ""}
              onClick={() => {
                if (isFix) judge(item.field, "clear");
                setAsks(!isFix);
              }}
            >
              <Icon of={X} size={14} />
              {t("fix")}
            </button>
          </fieldset>
        ) : item.verdict ? (
          <StateBadge kind={item.verdict === "ok" ? "done" : "failed"}>{t(item.verdict)}</StateBadge>
        ) : (
          <StateBadge kind="progress">—</StateBadge>
        )}
      </div>
      {isOpen && (asks || isFix) && (
        <div className="flex flex-wrap items-center gap-1.5">
          <span className="text-xs text-muted">{t("tell")}</span>
          {[...new Set([...(item.reason ? [item.reason] : []), ...reasons])].map((reason) => (
            <button
              key={reason}
              type="button"
              aria-pressed={item.reason === reason}
              className={`min-h-7 rounded-chip border px-2 text-xs ${item.reason === reason ? "border-transparent bg-foreground text-background" : "border-field-border bg-surface"}`}
              onClick={() => judge(item.field, "fix", reason)}
            >
              {reason}
            </button>
          ))}
          <span className="flex min-w-0 flex-1 basis-48 gap-1.5">
            <input
              className="control min-w-0 flex-1"
              aria-label={t("otherReason")}
              placeholder={t("otherReason")}
              maxLength={200}
              value={own}
              onChange={(event) => setOwn(event.target.value)}
            />
            <Button
              size="small"
              disabled={own.trim() === ""}
              onClick={() => {
                judge(item.field, "fix", own.trim());
                setOwn("");
              }}
            >
              {t("addReason")}
            </Button>
          </span>
        </div>
      )}
      {!isOpen && item.reason && <p className="text-xs text-danger-soft-foreground">{item.reason}</p>}
    </li>
  );
}

/** The paper in full: zoom, turn, download; thumbnails carry the verdict of their item. */
function Evidence({
  dossier,
  items,
  shown,
  show,
  today,
}: {
  dossier: ApplicationDossier;
  items: ReviewItem[];
  shown: string | null;
  show: (id: string) => void;
  today: Day;
}) {
  const t = useTranslations("suppliers");
  const [zoom, setZoom] = useState(1);
  const [turn, setTurn] = useState(0);
  const { documents } = dossier;
  const index = Math.max(
    0,
    documents.findIndex((d) => d.id === shown),
  );
  const current = documents[index];
  const kindOf = (document: DocumentView): StateKind => {
    const item = items.find((i) => i.documentIds.includes(document.id));
    return item?.verdict === "ok"
      ? "done"
      : item?.verdict === "fix"
        ? "failed"
        : item?.note
          ? item.note.level === "ok"
            ? "progress"
            : levelKind[item.note.level]
          : "progress";
  };
  if (!current) {
    return (
      <section className="card">
        <Empty text={t("review.noEvidence")} />
      </section>
    );
  }
  const isPicture = current.mime.startsWith("image/");
  const src = `/api/files/${current.fileId}`;
  return (
    <section
      className="card grid min-w-0 overflow-hidden sm:grid-cols-[128px_minmax(0,1fr)]"
      aria-label={t("review.evidence")}
    >
      <ul className="flex gap-1.5 overflow-x-auto border-separator bg-surface-secondary p-2 sm:flex-col sm:border-r">
        {documents.map((document, i) => (
          <li key={document.id} className="flex-none">
            <button
              type="button"
              aria-current={i === index ? "true" : undefined}
              className={`flex w-28 flex-col gap-1 rounded-card border-2 p-1.5 text-left text-xs ${i === index ? "border-accent bg-surface" : "border-transparent"}`}
              onClick={() => {
                show(document.id);
                setZoom(1);
                setTurn(0);
              }}
            >
              <span className="grid h-14 place-items-center overflow-hidden rounded-chip border border-border bg-surface text-muted">
                {document.mime.startsWith("image/") ? (
                  // biome-ignore lint/performance/noImgElement: a private file behind the policy, not for the optimiser
                  <img src={`/api/files/${document.fileId}`} alt="" className="size-full object-cover" loading="lazy" />
                ) : (
                  <Icon of={FileText} size={20} />
                )}
              </span>
              <span className="flex items-center justify-between gap-1">
                <span className="truncate">{t(`documents.${document.kind}`)}</span>
                <StateShape kind={kindOf(document)} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div className="flex min-w-0 flex-col">
        <header className="flex min-h-11 flex-wrap items-center gap-2 border-b border-separator px-4 py-1.5">
          <h2>{t(`documents.${current.kind}`)}</h2>
          <span className="text-xs text-muted">
            {t("review.page", {
              index: index + 1,
              count: documents.length,
              time: momentText(new Date(current.createdAt), today),
            })}
          </span>
          <span className="ml-auto flex">
            {isPicture && (
              <>
                <IconButton
                  label={zoom > 1 ? t("review.shrink") : t("review.zoom")}
                  onClick={() => setZoom(zoom > 1 ? 1 : 2)}
                >
                  <Icon of={zoom > 1 ? ZoomOut : ZoomIn} />
                </IconButton>
                <IconButton label={t("review.rotate")} onClick={() => setTurn((turn + 90) % 360)}>
                  <Icon of={RotateCw} />
                </IconButton>
              </>
            )}
            <a
              href={src}
              download={current.fileName}
              className="btn btn-quiet btn-icon"
              aria-label={t("review.download")}
              title={t("review.download")}
            >
              <Icon of={Download} />
            </a>
          </span>
        </header>
        <section
          className="grid min-h-[420px] place-items-center overflow-auto bg-surface-tertiary p-4 xl:h-[calc(100dvh-300px)]"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          aria-label={current.fileName}
        >
          {isPicture ? (
            // biome-ignore lint/performance/noImgElement: a private file behind the policy, not for the optimiser
            <img
              src={src}
              alt={`${t(`documents.${current.kind}`)} ${current.fileName}`}
              className="max-w-none shadow-overlay"
              style={{ width: `${zoom * 100}%`, maxWidth: zoom > 1 ? "none" : 720, transform: `rotate(${turn}deg)` }}
            />
          ) : (
            <LinkButton href={src} external target="_blank" rel="noreferrer" icon={<Icon of={FileText} />}>
              {t("review.openPdf")}
            </LinkButton>
          )}
        </section>
        <footer className="flex flex-wrap justify-between gap-2 border-t border-separator px-4 py-2 text-xs text-muted">
          <span>
            {[current.number, current.expiresDay && `${t("apply.expires")} ${current.expiresDay}`]
              .filter(Boolean)
              .join(" · ") || current.fileName}
          </span>
          <span>{t("review.private")}</span>
        </footer>
      </div>
    </section>
  );
}
