import { useTranslations } from "next-intl";
import { StateShape } from "#components/ui/state-badge";
import { barPhases } from "#lib/campaigns/schema/schedule";
import { conflictStripes, pausedStripes, phaseLook, phaseShape } from "./bar";

/** What the colours, frames and shapes of the bars mean. */
export function Legend() {
  const t = useTranslations("schedule");
  return (
    <ul aria-label={t("legend")} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      {barPhases.map((phase) => (
        <li key={phase} className="inline-flex items-center gap-1.5">
          <span
            aria-hidden="true"
            className={`grid h-3.5 w-5 place-items-center rounded-[4px] [&_svg]:text-current! ${phaseLook[phase]}`}
            style={phase === "paused" ? pausedStripes : undefined}
          >
            <StateShape kind={phaseShape[phase]} size={9} />
          </span>
          {t(`phases.${phase}`)}
        </li>
      ))}
      <li className="inline-flex items-center gap-1.5">
        <span aria-hidden="true" className="h-3.5 w-5 rounded-[4px] border border-danger" style={conflictStripes} />
        {t("conflict")}
      </li>
    </ul>
  );
}
