import { notFound } from "next/navigation";
import { page } from "#app/_adapters/page";
import { BoardFrame } from "#components/analytics/boards/board-frame";
import { Reports, SqlButton } from "#components/analytics/reports";
import { boards, metricKeys } from "#lib/analytics/schema/explore";
import type { SearchParams } from "#lib/kernel/list";
import { asked } from "../_ask";
import { remove, save } from "../actions";
import { boardOf, compared, fixedBasis } from "./boards";

export default async function BoardPage({
  params,
  searchParams,
}: {
  params: Promise<{ board: string }>;
  searchParams: Promise<SearchParams>;
}) {
  const name = (await params).board;
  const board = boards.find((one) => one === name);
  if (!board) notFound();
  // on a board the metric is what its rows are sorted by
  const { metric, ...search } = await searchParams;
  const { actor, ask, notices, cities, reports, maySave, today } = await asked(Promise.resolve(search));
  const basis = fixedBasis[board];
  const hasCompare = compared.includes(board);
  const question = {
    ...ask,
    metric: metricKeys.find((key) => key === metric) ?? ask.metric,
    ...(basis ? { basis } : {}),
    ...(hasCompare ? {} : { compare: "none" as const }),
  };
  const { said, body } = await page(() => boardOf(board, actor, question, today));
  return (
    <BoardFrame
      board={board}
      ask={ask}
      notices={notices}
      cities={cities}
      today={today}
      said={said}
      counted={question}
      hasBasis={!basis}
      hasCompare={hasCompare}
      actions={
        <>
          <Reports reports={reports} maySave={maySave} save={save} remove={remove} />
          {said.sql && <SqlButton sql={said.sql} />}
        </>
      }
    >
      {body}
    </BoardFrame>
  );
}
