"use client";
import { Camera, ChevronLeft, FileText, X } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, startTransition, useId, useRef, useState } from "react";
import { Button, IconButton } from "#components/ui/button";
import { CheckboxField } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { Icon } from "#components/ui/icon";
import { Progress } from "#components/ui/progress";
import { StateBadge, StateNote, StateShape } from "#components/ui/state-badge";
import type { FormAction } from "#lib/kernel/answer";
import { isCreditCode, isIdentityNumber } from "#lib/kernel/check";
import { type Day, daysBetween } from "#lib/kernel/time";
import {
  documentField,
  type FieldName,
  fieldsFor,
  kindOfField,
  type Requirement,
  type Step,
  steps,
  subjectTypes,
  tidy,
} from "#lib/suppliers/rules";
import type { ApplicationForApplicant, DocumentView } from "#lib/suppliers/schema";

type Choice = { id: string; name: string; parentId?: string | null };
type Actions = { save: FormAction; attach: FormAction; describe: FormAction; remove: FormAction; submit: FormAction };
type Props = Actions & {
  token: string;
  application: ApplicationForApplicant;
  step: Step;
  categories: Choice[];
  cities: Choice[];
  today: Day;
};
type Saved = { kind: "idle" | "saving" | "saved" | "failed"; at?: string; message?: string };

const minutesOf: Record<Step, number> = { subject: 3, papers: 2, account: 1, goods: 1, agreement: 1 };

/** Sends fields one after another and knows when all of them are there. */
function useSaver(action: FormAction) {
  const [saved, setSaved] = useState<Saved>({ kind: "idle" });
  const queue = useRef<Promise<void>>(Promise.resolve());
  const send = (values: Record<string, string | File>, use: FormAction = action): Promise<void> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(values)) form.set(name, value);
    setSaved({ kind: "saving" });
    const task = queue.current.then(
      () =>
        new Promise<void>((done) => {
          startTransition(async () => {
            try {
              const answer = await use(null, form);
              setSaved(
                answer.ok
                  ? { kind: "saved", at: answer.value }
                  : { kind: "failed", message: Object.values(answer.fields ?? {})[0] ?? answer.message },
              );
            } catch {
              setSaved({ kind: "failed" });
            }
            done();
          });
        }),
    );
    queue.current = task;
    return task;
  };
  return { saved, send, settled: () => queue.current };
}

/** The application on a phone: five short steps, each field saved as it is left. A returned one asks only for what was marked. */
export function ApplyForm(props: Props) {
  const { token, application, step, submit } = props;
  const t = useTranslations("suppliers");
  const router = useRouter();
  const { saved, send, settled } = useSaver(props.save);
  const isReturned = application.state === "returned";
  const type = application.values.subjectType;
  const index = steps.indexOf(step);
  const fieldLabel = (field: string): string => {
    const kind = kindOfField(field);
    if (kind) return t(`documents.${kind}`);
    return field === "name" && type === "farmer" ? t("farmerName") : t(`fields.${field as FieldName}`);
  };
  const saveField = (field: FieldName, value: string) => send({ token, field, value });
  const problems = Object.keys(application.problems);
  const missingIn = (s: Step): string[] =>
    problems.filter((field) =>
      s === "papers" ? kindOfField(field) !== null : (fieldsFor(type, s) as string[]).includes(field),
    );
  const minutes = steps
    .filter((s) => s === "agreement" || missingIn(s).length > 0)
    .reduce((sum, s) => sum + minutesOf[s], 0);
  const go = (to: Step) => void settled().then(() => router.push(`/apply/${token}?step=${to}`));

  const fieldProps = { application, saveField, label: fieldLabel, asked: application.asked };
  const askedFields = Object.keys(application.asked);
  const shownFields = isReturned ? fieldsFor(type).filter((f) => askedFields.includes(f)) : fieldsFor(type, step);
  const shownPapers = application.requirements.filter((r) =>
    isReturned ? askedFields.includes(documentField(r.kind)) : step === "papers",
  );
  const isLast = isReturned || step === "agreement";
  const next = steps[index + 1];

  return (
    <div className="mx-auto flex w-full max-w-[560px] flex-1 flex-col">
      <div className="flex flex-col gap-3 px-4 pb-6">
        <div className="flex items-center gap-2">
          {index > 0 && !isReturned && (
            <IconButton label={t("apply.back")} onClick={() => go(steps[index - 1] ?? "subject")}>
              <Icon of={ChevronLeft} size={20} />
            </IconButton>
          )}
          <h1>{t("apply.title")}</h1>
          <span className="ml-auto text-xs text-muted">
            {problems.length === 0 ? t("apply.done") : t("apply.minutes", { count: minutes })}
          </span>
        </div>
        {!isReturned && (
          <ol aria-label={t("apply.progress")} className="grid grid-cols-5 gap-1.5">
            {steps.map((s, i) => {
              const isDone = s !== "agreement" && missingIn(s).length === 0;
              return (
                <li key={s} aria-current={s === step ? "step" : undefined}>
                  <button type="button" onClick={() => go(s)} className="w-full text-left">
                    <span
                      className={`mb-1 block h-1 rounded-full ${s === step ? "bg-accent" : isDone ? "bg-c4" : "bg-surface-tertiary"}`}
                    />
                    <span
                      className={`text-xs ${s === step ? "font-semibold" : i < index || isDone ? "" : "text-muted"}`}
                    >
                      {t(`apply.steps.${s}`)}
                    </span>
                  </button>
                </li>
              );
            })}
          </ol>
        )}
        <p className="flex min-h-6 flex-wrap items-center justify-between gap-x-3 text-xs" aria-live="polite">
          <SavedBadge saved={saved} />
          <span className="text-muted">{application.values.phone ? t("apply.resume") : t("apply.resumeLater")}</span>
        </p>
        {isReturned && (
          <StateNote kind="attention">
            <b>{t("apply.askedTitle", { count: askedFields.length })}</b> {t("apply.askedText")}
          </StateNote>
        )}
        {application.isDuplicate && <StateNote kind="failed">{t("apply.duplicate")}</StateNote>}

        {shownFields.some((f) => !["subjectType", "categoryIds", "cityIds"].includes(f)) ||
        shownFields.includes("subjectType") ? (
          <Card>
            {shownFields.map((field) =>
              field === "subjectType" ? (
                <SubjectField key={field} {...fieldProps} />
              ) : field === "categoryIds" || field === "cityIds" ? null : (
                <ApplyField key={`${field}-${type}`} field={field} {...fieldProps} />
              ),
            )}
          </Card>
        ) : null}
        {shownFields.includes("categoryIds") && (
          <Card title={fieldLabel("categoryIds")} note={t("apply.categoriesHint")}>
            <Choices {...fieldProps} field="categoryIds" choices={props.categories} />
          </Card>
        )}
        {shownFields.includes("cityIds") && (
          <Card title={fieldLabel("cityIds")} note={t("apply.citiesHint")}>
            <Choices {...fieldProps} field="cityIds" choices={props.cities} />
          </Card>
        )}
        {shownPapers.map((need) => (
          <Paper
            key={need.kind}
            need={need}
            documents={application.documents.filter((d) => d.kind === need.kind)}
            asked={application.asked[documentField(need.kind)]}
            today={props.today}
            add={(file) => send({ token, kind: need.kind, file }, props.attach)}
            describe={(documentId, expiresDay) => send({ token, documentId, expiresDay }, props.describe)}
            remove={(documentId) => send({ token, documentId }, props.remove)}
          />
        ))}
        {isLast && (
          <>
            {!isReturned && (
              <Card
                title={t("apply.agreementTitle")}
                note={t("apply.agreementVersion", { version: application.agreementVersion })}
              >
                <ol className="flex list-decimal flex-col gap-1.5 pl-5">
                  {(["a", "b", "c", "d", "e"] as const).map((key) => (
                    <li key={key}>{t(`apply.agreement.${key}`)}</li>
                  ))}
                </ol>
              </Card>
            )}
            {problems.length > 0 && (
              <Card title={t("apply.summary")}>
                <ul className="flex flex-col divide-y divide-separator">
                  {problems.map((field) => (
                    <li key={field} className="flex min-h-11 items-center gap-2">
                      <StateShape kind="attention" />
                      <span className="min-w-0 flex-1">
                        {fieldLabel(field)}{" "}
                        <span className="text-muted">
                          {t(`apply.problems.${application.problems[field] as "required"}`)}
                        </span>
                      </span>
                      {!isReturned && (
                        <Link
                          className="link"
                          href={`/apply/${token}?step=${steps.find((s) => missingIn(s).includes(field)) ?? "subject"}`}
                        >
                          {t("apply.fill")}
                        </Link>
                      )}
                    </li>
                  ))}
                </ul>
              </Card>
            )}
          </>
        )}
      </div>

      <div className="sticky bottom-0 mt-auto border-t border-border bg-surface px-4 py-3 pb-[max(12px,env(safe-area-inset-bottom))]">
        {isLast ? (
          <Form
            action={submit}
            values={{ token }}
            submit={isReturned ? t("apply.resubmit") : t("apply.submit")}
            wide
            submitSize="large"
            guard={false}
          >
            <CheckboxField name="agree" label={t("apply.agree")} />
          </Form>
        ) : (
          <>
            <p className="mb-2 text-xs">
              {missingIn(step).length === 0
                ? t("apply.complete")
                : t("apply.missing", {
                    count: missingIn(step).length,
                    names: missingIn(step).slice(0, 3).map(fieldLabel).join("、"),
                  })}
            </p>
            <div className="flex gap-2.5">
              {index > 0 && (
                <Button size="large" onClick={() => go(steps[index - 1] ?? "subject")}>
                  {t("apply.back")}
                </Button>
              )}
              {next && (
                <Button tone="primary" size="large" className="flex-1!" onClick={() => go(next)}>
                  {t("apply.next", { step: t(`apply.steps.${next}`) })}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </div>
  );
}

function SavedBadge({ saved }: { saved: Saved }) {
  const t = useTranslations("suppliers.apply");
  if (saved.kind === "saving") return <StateBadge kind="progress">{t("saving")}</StateBadge>;
  if (saved.kind === "failed") return <StateBadge kind="failed">{saved.message ?? t("notSaved")}</StateBadge>;
  return <StateBadge kind="done">{saved.at ? t("savedAt", { time: saved.at }) : t("saved")}</StateBadge>;
}

function Card({
  title,
  note,
  aside,
  children,
}: {
  title?: string;
  note?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="card flex flex-col gap-3 p-4">
      {(title || aside) && (
        <header className="flex flex-wrap items-baseline justify-between gap-x-3">
          <h2>{title}</h2>
          {note && <span className="text-xs text-muted">{note}</span>}
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

type FieldShared = {
  application: ApplicationForApplicant;
  saveField: (field: FieldName, value: string) => Promise<void>;
  label: (field: string) => string;
  asked: Record<string, string>;
};

function Asked({ reason }: { reason: string | undefined }) {
  const t = useTranslations("suppliers.apply");
  return reason === undefined ? null : (
    <p className="flex items-start gap-1.5 text-xs text-warning-soft-foreground">
      <span className="mt-1">
        <StateShape kind="attention" />
      </span>
      {t("reason", { reason })}
    </p>
  );
}

function SubjectField({ application, saveField, label, asked }: FieldShared) {
  const t = useTranslations("suppliers");
  const [chosen, choose] = useState(application.values.subjectType);
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1">{label("subjectType")}</legend>
      <Asked reason={asked.subjectType} />
      <div className="grid grid-cols-2 gap-2">
        {subjectTypes.map((type) => (
          <label
            key={type}
            className="flex min-h-12 items-center gap-2 rounded-card border border-field-border px-3 py-2 has-checked:border-accent-soft-foreground has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="subjectType"
              checked={chosen === type}
              onChange={() => {
                choose(type);
                void saveField("subjectType", type);
              }}
            />
            {t(`subjectTypes.${type}`)}
          </label>
        ))}
      </div>
      <p className="text-xs text-muted">{t(`subjectNotes.${chosen}`)}</p>
    </fieldset>
  );
}

const kinds: Partial<Record<FieldName, { inputMode?: "numeric" | "tel"; autoComplete?: string; capitals?: boolean }>> =
  {
    phone: { inputMode: "tel", autoComplete: "tel-national" },
    bankAccount: { inputMode: "numeric" },
    creditCode: { capitals: true },
    identityNumber: { capitals: true },
    contactName: { autoComplete: "name" },
    name: { autoComplete: "organization" },
    address: { autoComplete: "street-address" },
  };

function ApplyField({ field, application, saveField, label, asked }: FieldShared & { field: FieldName }) {
  const t = useTranslations("suppliers");
  const id = useId();
  const isSealed = field === "identityNumber" || field === "bankAccount";
  const kept = application.values[field] ?? "";
  const [text, setText] = useState(isSealed ? "" : kept);
  const [sent, setSent] = useState(text);
  const plain = tidy(field, text);
  const code = application.problems[field];
  const isFarmer = application.values.subjectType === "farmer";
  // a blank field is only "to do", not wrong; what was typed is judged once it was left
  const problem = code && code !== "required" && text === sent && (sent !== "" || isSealed) ? code : null;

  const good =
    field === "creditCode"
      ? isCreditCode(plain)
        ? t("apply.creditCodeOk")
        : null
      : field === "identityNumber" && isIdentityNumber(plain)
        ? t("apply.identityOk")
        : null;
  const hint =
    field === "creditCode" && plain !== "" && plain.length < 18
      ? t("apply.creditCodeCount", { count: plain.length })
      : isSealed
        ? kept
          ? t("apply.kept", { tail: kept })
          : t("apply.sealed")
        : field === "name"
          ? t(isFarmer ? "apply.farmerNameHint" : "apply.nameHint")
          : field === "phone"
            ? t("apply.phoneHint")
            : field === "bankHolder"
              ? t("apply.bankHint")
              : field === "goods"
                ? t("apply.goodsHint")
                : null;
  const look = kinds[field] ?? {};
  const shared = {
    id,
    name: field,
    className: "control",
    value: text,
    "aria-invalid": problem ? true : undefined,
    "aria-describedby": `${id}-note`,
    onChange: (event: { target: { value: string } }) => setText(event.target.value),
    onBlur: () => {
      if (text === sent || (isSealed && text === "")) return;
      setSent(text);
      void saveField(field, text);
    },
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id}>{label(field)}</label>
      <Asked reason={asked[field]} />
      {field === "goods" ? (
        <textarea rows={3} {...shared} />
      ) : (
        <input
          type="text"
          inputMode={look.inputMode}
          autoComplete={look.autoComplete ?? "off"}
          autoCapitalize={look.capitals ? "characters" : undefined}
          {...shared}
        />
      )}
      <p id={`${id}-note`} className="min-h-5 text-xs">
        {problem ? (
          <span className="flex items-start gap-1.5 text-danger-soft-foreground">
            <span className="mt-1">
              <StateShape kind="failed" />
            </span>
            {t(`apply.problems.${problem as "required"}`)}
          </span>
        ) : good ? (
          <span className="flex items-start gap-1.5 text-success-soft-foreground">
            <span className="mt-1">
              <StateShape kind="done" />
            </span>
            {good}
          </span>
        ) : (
          <span className="text-muted">{hint}</span>
        )}
      </p>
    </div>
  );
}

/** Chips of a tree or a list; every tap is saved. */
function Choices({
  field,
  choices,
  application,
  saveField,
  asked,
}: FieldShared & { field: "categoryIds" | "cityIds"; choices: Choice[] }) {
  const [chosen, setChosen] = useState(() => new Set((application.values[field] ?? "").split(",").filter(Boolean)));
  const groups = choices.filter((c) => !c.parentId);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (next.has(id)) next.delete(id);
    else next.add(id);
    setChosen(next);
    void saveField(field, [...next].join(","));
  };
  const chip = (choice: Choice) => (
    <label
      key={choice.id}
      className="inline-flex min-h-11 items-center gap-2 rounded-chip border border-field-border px-3 has-checked:border-accent-soft-foreground has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-focus"
    >
      <input type="checkbox" checked={chosen.has(choice.id)} onChange={() => toggle(choice.id)} />
      {choice.name}
    </label>
  );
  const isTree = choices.some((c) => c.parentId);
  return (
    <div className="flex flex-col gap-3">
      <Asked reason={asked[field]} />
      {isTree ? (
        groups.map((group) => {
          const children = choices.filter((c) => c.parentId === group.id);
          return (
            <fieldset key={group.id} className="flex flex-col gap-1.5">
              <legend className="mb-1 text-xs text-muted">{group.name}</legend>
              <div className="flex flex-wrap gap-2">{(children.length > 0 ? children : [group]).map(chip)}</div>
            </fieldset>
          );
        })
      ) : (
        <div className="flex flex-wrap gap-2">{choices.map(chip)}</div>
      )}
    </div>
  );
}

/** One kind of paper: its pages, when it runs out, and the camera. */
function Paper({
  need,
  documents,
  asked,
  today,
  add,
  describe,
  remove,
}: {
  need: Requirement;
  documents: DocumentView[];
  asked: string | undefined;
  today: Day;
  add: (file: File) => Promise<void>;
  describe: (documentId: string, expiresDay: string) => Promise<void>;
  remove: (documentId: string) => Promise<void>;
}) {
  const t = useTranslations("suppliers");
  const [uploading, setUploading] = useState(false);
  const worst = documents.find((d) => d.validity === "expired") ?? documents.find((d) => d.validity === "soon");
  const isUndated = need.expiry === "required" && documents.some((d) => !d.expiresDay);
  return (
    <Card
      title={t(`documents.${need.kind}`)}
      aside={
        documents.length === 0 ? (
          <span className="text-xs text-muted">{t(need.required ? "apply.required" : "apply.optional")}</span>
        ) : worst ? (
          <StateBadge kind={worst.validity === "expired" ? "failed" : "attention"}>
            {t(`validity.${worst.validity}`)}
          </StateBadge>
        ) : isUndated ? (
          <StateBadge kind="attention">{t("apply.problems.expiryMissing")}</StateBadge>
        ) : (
          <StateBadge kind="done">{t("apply.uploaded")}</StateBadge>
        )
      }
    >
      <Asked reason={asked} />
      {documents.map((document) => (
        <div key={document.id} className="flex flex-col gap-2">
          <div className="flex items-center gap-3">
            <span className="grid h-11 w-14 place-items-center rounded-chip border border-border bg-surface-secondary text-muted">
              <Icon of={FileText} size={20} />
            </span>
            <span className="min-w-0 flex-1 truncate">{document.fileName}</span>
            <IconButton label={`${t("apply.remove")} ${document.fileName}`} onClick={() => void remove(document.id)}>
              <Icon of={X} size={18} />
            </IconButton>
          </div>
          {need.expiry !== "none" && (
            <Expiry document={document} today={today} isRequired={need.expiry === "required"} describe={describe} />
          )}
        </div>
      ))}
      {uploading ? (
        <Progress value={null} label={t("apply.uploading")} />
      ) : (
        <label className="relative flex min-h-16 items-center justify-center gap-3 rounded-card border border-dashed border-field-border bg-surface-secondary px-3 py-2 has-focus-visible:outline-2 has-focus-visible:outline-focus">
          <input
            type="file"
            accept="image/*,application/pdf"
            className="absolute inset-0 cursor-pointer opacity-0"
            aria-label={`${t("apply.shoot")} ${t(`documents.${need.kind}`)}`}
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (!file) return;
              setUploading(true);
              void add(file).finally(() => setUploading(false));
            }}
          />
          <Icon of={Camera} size={24} className="text-accent-soft-foreground" />
          <span>
            <b className="block">{documents.length > 0 ? t("apply.more") : t("apply.shoot")}</b>
            {documents.length === 0 && <span className="block text-xs text-muted">{t("apply.shootHint")}</span>}
          </span>
        </label>
      )}
    </Card>
  );
}

function Expiry({
  document,
  today,
  isRequired,
  describe,
}: {
  document: DocumentView;
  today: Day;
  isRequired: boolean;
  describe: (id: string, day: string) => Promise<void>;
}) {
  const t = useTranslations("suppliers.apply");
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id}>{t(isRequired ? "expires" : "expiresOptional")}</label>
      <input
        id={id}
        type="date"
        className="control"
        defaultValue={document.expiresDay ?? ""}
        aria-invalid={document.validity === "expired" ? true : undefined}
        aria-describedby={`${id}-note`}
        onBlur={(event) => {
          if (event.target.value !== (document.expiresDay ?? "")) void describe(document.id, event.target.value);
        }}
      />
      <p
        id={`${id}-note`}
        className={`min-h-5 text-xs ${document.validity === "expired" ? "text-danger-soft-foreground" : "text-warning-soft-foreground"}`}
      >
        {document.validity === "expired"
          ? t("expired")
          : document.validity === "soon" && document.expiresDay
            ? t("expiresIn", { count: daysBetween(today, document.expiresDay) })
            : ""}
      </p>
    </div>
  );
}
