import type { ReactNode } from "react";
import { type Deed, Deeds } from "./deeds";
import { Columns, type Crumb, PageFrame } from "./page-frame";
import { Panel } from "./panel";

/**
 * The grammar of every record: header (name, state, what is due or comes next, one primary action, the others in a menu), then what
 * somebody must know, left its life, facts and lines, right money, people and the timeline, always last.
 */
export function RecordFrame({
  trail,
  title,
  state,
  meta,
  next,
  primary,
  deeds = [],
  notes,
  track,
  side,
  history,
  children,
}: {
  trail: readonly Crumb[];
  title: ReactNode;
  state?: ReactNode;
  meta?: ReactNode;
  /** The deadline, or the next thing expected. */
  next?: ReactNode;
  primary?: ReactNode;
  deeds?: readonly (Deed | false | null | undefined)[];
  /** State notes above both columns. */
  notes?: ReactNode;
  track?: ReactNode;
  side?: ReactNode;
  history?: ReactNode;
  children: ReactNode;
}) {
  return (
    <PageFrame
      trail={trail}
      title={title}
      state={state}
      meta={meta}
      aside={next}
      actions={
        <>
          <Deeds deeds={deeds.filter((deed) => !!deed)} />
          {primary}
        </>
      }
    >
      {notes}
      <Columns
        side={
          <>
            {side}
            {history}
          </>
        }
      >
        {track && <Panel>{track}</Panel>}
        {children}
      </Columns>
    </PageFrame>
  );
}
