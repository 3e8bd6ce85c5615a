import "server-only";
import { rulesAt } from "#lib/commission/queries";
import { isPhone } from "#lib/kernel/check";
import { Refusal } from "#lib/kernel/refusal";
import { applyAsLeader } from "#lib/leaders/commands";
import { applicationOfResident } from "#lib/leaders/queries";
import { leaderLevels } from "#lib/leaders/schema";
import { servedCities } from "#lib/pickup/queries";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { type Api, route } from "../route";
import { bp, cny, count, currency, fenAmount, id, instant, shown, typed, words, z } from "../shapes";

const application = z
  .object({
    id: id("lap"),
    state: z.enum(["draft", "submitted", "returned", "approved", "rejected"]),
    decision: words("离已有自提点太近").nullable(),
    created_at: instant,
  })
  .openapi("LeaderApplication");

async function current(residentId: string) {
  const found = await applicationOfResident(residentId);
  if (!found) throw new Refusal("notFound");
  return found;
}

/** Becoming a leader: the published terms, applying, how it stands. */
export function leaderProgramRoutes(api: Api): void {
  route(api, {
    id: "getLeaderProgram",
    tag: "leader",
    method: "get",
    path: "/leader/program",
    who: "anyone",
    answer: z
      .object({
        currency,
        default_commission_bp: bp,
        levels: z.array(z.object({ level: count(1), commission_bp: bp })),
        freeze_days: count(7),
        withdrawal_min_fen: fenAmount(100),
        withdrawal_max_fen: fenAmount(200_000),
        cities: z.array(z.object({ id: words("rgn_330100"), name: words("杭州市") })),
      })
      .openapi("LeaderProgram"),
    run: async ({ c }) => {
      const [rules, cities, freezeDays, least, most] = await Promise.all([
        rulesAt(now()),
        servedCities(),
        setting(prisma, "commissionFreezeDays"),
        setting(prisma, "withdrawalMinFen"),
        setting(prisma, "withdrawalMaxFen"),
      ]);
      const usual = rules.find((r) => r.scope === "default")?.rateBp ?? 0;
      return {
        currency: cny,
        defaultCommissionBp: usual,
        levels: leaderLevels.map((level) => ({
          level,
          commissionBp: rules.find((r) => r.scope === "level" && r.scopeRef === String(level))?.rateBp ?? usual,
        })),
        freezeDays,
        withdrawalMinFen: least,
        withdrawalMaxFen: most,
        cities: cities.map((one) => ({ id: one.id, name: c.get("locale") === "en" ? one.nameEn : one.name })),
      };
    },
  });

  route(api, {
    id: "applyAsLeader",
    tag: "leader",
    method: "post",
    path: "/leader/applications",
    who: "resident",
    status: 201,
    body: z
      .strictObject({
        name: typed("王秀兰", 40),
        phone: shown(z.string().refine(isPhone, "phone"), "13812345678"),
        city_id: typed("rgn_330100", 40),
        district: typed("城东", 40),
        point_name: typed("和平里小区", 60),
        address: typed("和平路 1 号东门", 120),
        lat: shown(z.number().min(3).max(54), 30.2741),
        lng: shown(z.number().min(73).max(136), 120.1551),
        about: words("住在小区十年，业主群主。", 500).optional(),
      })
      .openapi("LeaderApplicationRequest"),
    answer: application,
    refuses: ["notFound", "alreadyLeader", "applicationOpen"],
    effect: ({ actor, body }) => applyAsLeader(actor, { ...body, about: body.about?.trim() ?? "" }),
    reply: ({ actor }) => current(actor.id),
  });

  route(api, {
    id: "getLeaderApplication",
    tag: "leader",
    method: "get",
    path: "/leader/applications/current",
    who: "resident",
    answer: application,
    refuses: ["notFound"],
    run: ({ actor }) => current(actor.id),
  });
}
