/** The day of the trade, hour by hour, beside the sign-in form. */
export function DayLine({ steps }: { steps: readonly (readonly [clock: string, name: string, text: string])[] }) {
  return (
    <ol className="mt-4 hidden flex-col lg:flex">
      {steps.map(([clock, name, text], i) => (
        <li key={clock} className="grid grid-cols-[56px_20px_minmax(0,1fr)] gap-x-3">
          <span className="text-right text-muted tabular-nums">{clock}</span>
          <span aria-hidden="true" className="relative flex justify-center">
            {i < steps.length - 1 && <span className="absolute top-3 bottom-[-12px] w-px bg-border" />}
            <span
              className={`relative mt-[7px] size-2.5 rounded-full ${i === 1 ? "bg-accent" : "border-2 border-accent bg-background"}`}
            />
          </span>
          <span className="pb-5">
            <b>{name}</b>
            <span className="block text-sm text-muted">{text}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
