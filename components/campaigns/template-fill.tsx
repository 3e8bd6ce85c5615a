import { useTranslations } from "next-intl";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { DialogButton } from "#components/ui/dialog";
import { DatetimeField, SelectField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import type { TemplateView } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";

/** Starts from a template: its items go into the session, or, with a window, into a new slot of it. Templates are thrown away here too. */
export function TemplateFill({
  templates,
  sessionId,
  window,
  fill,
  drop,
}: {
  templates: readonly TemplateView[];
  sessionId: string;
  window?: { startsAt: Date; endsAt: Date };
  fill: FormAction;
  drop: FormAction;
}) {
  const t = useTranslations("planning.templates");
  const tm = useTranslations("planning.move");
  if (templates.length === 0) return null;
  return (
    <DialogButton label={t(window ? "start" : "fill")} size="small">
      <Form action={fill} values={{ sessionId }} submit={t(window ? "start" : "fill")} guard={false}>
        <SelectField
          name="templateId"
          label={t("choose")}
          defaultValue={templates[0]?.id}
          options={templates.map((one) => ({
            value: one.id,
            label: `${one.name} · ${t("count", { count: one.items })}`,
          }))}
        />
        {window && (
          <FieldRow>
            <DatetimeField name="startsAt" label={tm("startsAt")} defaultAt={window.startsAt} />
            <DatetimeField name="endsAt" label={tm("endsAt")} defaultAt={window.endsAt} />
          </FieldRow>
        )}
      </Form>
      <ul className="mt-4 border-t border-separator pt-2">
        {templates.map((one) => (
          <li key={one.id} className="flex items-center justify-between gap-3 py-1">
            {one.name}
            <ConfirmButton
              label={t("drop")}
              size="small"
              tone="quiet"
              action={drop}
              values={{ templateId: one.id }}
              confirmation={{ title: t("dropTitle", { name: one.name }), verb: t("drop"), tone: "danger-fill" }}
            />
          </li>
        ))}
      </ul>
    </DialogButton>
  );
}
