import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { MoveLines, OwnerLines } from "#components/ledger/ledger-parts";
import { LinkButton } from "#components/ui/button";
import { Money } from "#components/ui/money";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import type { SearchParams } from "#lib/kernel/list";
import { accountStatement, accountsOf } from "#lib/ledger/queries";
import { accounts, baseOf } from "#lib/ledger/schema";
import { ownerNames } from "#lib/settlement/queries/owners";

const isOwned = (base: keyof typeof accounts): boolean => "owned" in accounts[base];

export default async function AccountPage({
  params,
  searchParams,
}: {
  params: Promise<{ code: string }>;
  searchParams: Promise<SearchParams>;
}) {
  const actor = await requireActor("operator");
  const code = decodeURIComponent((await params).code);
  const after = (await searchParams).after;
  const t = await getTranslations("ledger");
  const base = baseOf(code);
  const trail = [{ label: t("title"), href: "/ledger" }];
  if (base && isOwned(base) && !code.includes(":")) {
    const owners = await page(() => accountsOf(actor, base, ownerNames));
    return (
      <PageFrame trail={trail} title={t(`accounts.${base}`)} meta={t(`kinds.${accounts[base].kind}`)}>
        <Panel title={t("ofBase", { name: t(`accounts.${base}`) })} flush>
          <OwnerLines accounts={owners} />
        </Panel>
      </PageFrame>
    );
  }
  const { account, page: moves } = await page(() =>
    accountStatement(actor, code, { cursor: typeof after === "string" ? after : null }, ownerNames),
  );
  const name = t(`accounts.${account.base}`);
  return (
    <RecordFrame
      trail={account.ownerId ? [...trail, { label: name, href: `/ledger/accounts/${account.base}` }] : trail}
      title={account.ownerId ? (account.ownerName ?? account.ownerId) : name}
      meta={t(`kinds.${accounts[account.base].kind}`)}
      side={
        <Panel title={t("balance")}>
          <Money fen={account.balanceFen} size="total" />
        </Panel>
      }
      history={moves.rows.length > 0 && <History kind="account" id={code} entries={[]} />}
    >
      <Panel title={t("movements")} flush>
        <MoveLines moves={moves.rows} />
      </Panel>
      {moves.nextCursor && (
        <p>
          <LinkButton href={`/ledger/accounts/${encodeURIComponent(code)}?after=${moves.nextCursor}`}>
            {t("more")}
          </LinkButton>
        </p>
      )}
    </RecordFrame>
  );
}
