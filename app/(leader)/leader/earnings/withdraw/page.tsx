import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { PhonePage } from "#components/shell/phone-page";
import { MoneyField } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { Money } from "#components/ui/money";
import { StateNote } from "#components/ui/state-badge";
import { least, yuan } from "#lib/kernel/money";
import { earningsOf } from "#lib/settlement/queries/earnings";
import { withdraw } from "../actions";

export default async function WithdrawPage() {
  const actor = await requireActor("leader");
  const [t, e] = await page(() =>
    Promise.all([getTranslations("settlement.earnings"), earningsOf(actor, actor.leaderId ?? "")]),
  );
  const most = least(e.availableFen, e.maximumFen);
  return (
    <PhonePage title={t("withdrawTitle")} back="/leader/earnings">
      <section className="card flex flex-col gap-1 p-4">
        <span className="text-sm text-muted">{t("available")}</span>
        <Money fen={e.availableFen} size="leader" />
        <span className="text-sm text-muted">
          {t("toWechat")} · {t("usually")}
        </span>
      </section>
      {e.blocked ? (
        <StateNote kind="attention">{t(`blocked.${e.blocked}`, { min: yuan(e.minimumFen) })}</StateNote>
      ) : (
        <Form action={withdraw} submit={t("submit")} sticky>
          <MoneyField
            name="amountFen"
            label={t("amountLabel")}
            hint={t("amountHint", { min: yuan(e.minimumFen), max: yuan(e.maximumFen) })}
            defaultFen={most}
          />
        </Form>
      )}
    </PhonePage>
  );
}
