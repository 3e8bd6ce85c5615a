import "server-only";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Bridge } from "#components/analytics/boards/bridge";
import { CampaignBoard } from "#components/analytics/boards/campaigns";
import { Cohorts, Segments } from "#components/analytics/boards/customers";
import { FunnelBoard } from "#components/analytics/boards/funnel";
import { LeaderBoard, ProductBoard, SupplierBoard } from "#components/analytics/boards/things";
import { ExploreChart, Figures } from "#components/analytics/explore-parts";
import { ExploreTable } from "#components/analytics/explore-table";
import { ProofPanel } from "#components/analytics/proof";
import { Panel } from "#components/ui/panel";
import { campaigns, couponUses } from "#lib/analytics/queries/boards/campaigns";
import { finance } from "#lib/analytics/queries/boards/finance";
import { funnel } from "#lib/analytics/queries/boards/funnel";
import { supplierService } from "#lib/analytics/queries/boards/suppliers";
import { cohorts, customers, leaderBuyers } from "#lib/analytics/queries/buyers";
import { explore } from "#lib/analytics/queries/explore";
import { lastProof } from "#lib/analytics/queries/proof";
import type { Basis } from "#lib/analytics/schema";
import type { Ask, Board, Explored, MetricKey } from "#lib/analytics/schema/explore";
import type { Actor } from "#lib/identity/schema";
import type { Day } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";

/** Boards that count by one day only. */
export const fixedBasis: Partial<Record<Board, Basis>> = {
  campaigns: "session",
  customers: "paid",
  fulfilment: "pickup",
};
/** Boards that hold a period against another. */
export const compared: readonly Board[] = ["sales", "products", "leaders", "suppliers", "customers"];

const rows = 50;
type Said = Pick<Explored, "before" | "isSameTime" | "asOf"> & { isFromRollup?: boolean; sql?: string[] };
type Shown = { said: Said; body: ReactNode };
type Loader = (actor: Actor, ask: Ask, today: Day) => Promise<Shown>;

const shown = (found: Explored, body: ReactNode): Shown => ({ said: found, body });
const alone = (body: ReactNode, asOf = now()): Shown => ({ said: { before: null, isSameTime: false, asOf }, body });

/** The things of a split with further metrics, sorted by the one in the address. */
const things = (actor: Actor, ask: Ask, by: Ask["by"], also: readonly MetricKey[]) =>
  explore(actor, { ...ask, by }, [], rows, also);

const loaders: Record<Board, Loader> = {
  sales: async (actor, ask, today) => {
    const t = await getTranslations("explore");
    const [days, hours, categories, cities] = await Promise.all([
      explore(actor, { ...ask, by: "day" }),
      ask.basis === "paid" ? explore(actor, { ...ask, by: "hour" }) : null,
      explore(actor, { ...ask, by: "category" }),
      explore(actor, { ...ask, by: "city" }),
    ]);
    return shown(
      days,
      <>
        <Figures found={days} keys={["gmvFen", "netFen", "orders", "buyers", "aovFen", "marginAfterFen"]} />
        <Panel title={t("trend", { metric: t(`metric.${ask.metric}`) })}>
          <ExploreChart found={days} today={today} />
        </Panel>
        {hours && (
          <Panel title={t("boards.hours")}>
            <ExploreChart found={hours} today={today} height={200} />
          </Panel>
        )}
        <Panel title={t("boards.categories")} flush>
          <ExploreTable found={categories} today={today} />
        </Panel>
        <Panel title={t("boards.cities")} flush>
          <ExploreTable found={cities} today={today} />
        </Panel>
      </>,
    );
  },
  products: async (actor, ask) => {
    const found = await things(actor, ask, "product", ["sellThroughBp", "complaints"]);
    return shown(found, <ProductBoard found={found} />);
  },
  leaders: async (actor, ask) => {
    const [found, buyers] = await Promise.all([
      things(actor, ask, "leader", ["perLeader", "complaints"]),
      leaderBuyers(actor, { basis: ask.basis, from: ask.from, to: ask.to, narrow: { cityId: ask.cityId } }),
    ]);
    return shown(found, <LeaderBoard found={found} buyers={new Map(buyers.map((b) => [b.leaderId, b]))} />);
  },
  suppliers: async (actor, ask) => {
    const [found, service] = await Promise.all([
      things(actor, ask, "supplier", ["complaints"]),
      supplierService(actor, { from: ask.from, to: ask.to, narrow: { cityId: ask.cityId } }),
    ]);
    return shown(found, <SupplierBoard found={found} service={service} />);
  },
  campaigns: async (actor, ask, today) => {
    const question = { from: ask.from, to: ask.to, narrow: { cityId: ask.cityId } };
    const [rows, coupons] = await Promise.all([campaigns(actor, question), couponUses(actor, question)]);
    return alone(<CampaignBoard rows={rows} coupons={coupons} ask={ask} today={today} />);
  },
  customers: async (actor, ask, today) => {
    const t = await getTranslations("explore");
    const narrow = { cityId: ask.cityId };
    const [found, weeks, segments] = await Promise.all([
      explore(actor, { ...ask, metric: "newBuyers", by: "day" }, [], rows, ["repurchase7Bp", "repurchase30Bp"]),
      cohorts(actor, { weeks: 9, narrow }),
      customers(actor, { narrow }),
    ]);
    return shown(
      found,
      <>
        <Figures
          found={found}
          keys={["buyers", "newBuyers", "repurchase7Bp", "repurchase30Bp", "aovFen", "itemsPerOrder"]}
        />
        <Panel title={t("trend", { metric: t("metric.newBuyers") })}>
          <ExploreChart found={found} today={today} height={200} />
        </Panel>
        <Cohorts cohorts={weeks} today={today} cityId={ask.cityId} />
        <Segments segments={segments} />
      </>,
    );
  },
  fulfilment: async (actor, ask) =>
    alone(<FunnelBoard funnel={await funnel(actor, { from: ask.from, to: ask.to, cityId: ask.cityId })} ask={ask} />),
  finance: async (actor, ask, today) => {
    const [bridge, proof] = await Promise.all([
      finance(actor, { basis: ask.basis, from: ask.from, to: ask.to, narrow: { cityId: ask.cityId } }),
      lastProof(actor),
    ]);
    return alone(
      <>
        <Bridge {...bridge} ask={ask} />
        <ProofPanel proof={proof} today={today} only={["paidLedger", "refundLedger", "commissionLedger"]} />
      </>,
      bridge.asOf,
    );
  },
};

/** A board's answer and what is said above it. Refuses: forbidden. */
export const boardOf = (board: Board, actor: Actor, ask: Ask, today: Day): Promise<Shown> =>
  loaders[board](actor, ask, today);
