"use client";
import { Camera, FileText, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { Button } from "./button";
import { Field, type FieldProps } from "./fields";
import { useForm } from "./form-state";
import { Icon } from "./icon";
import { Progress } from "./progress";

const megabyte = 1_048_576;

function accepts(accept: string, file: File): boolean {
  return accept.split(",").some((raw) => {
    const kind = raw.trim();
    if (kind.startsWith(".")) return file.name.toLowerCase().endsWith(kind);
    return kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind;
  });
}

/**
 * One file: drop, choose or (with `capture`, on a phone) photograph it; shows a preview and lets it go again. Sends a File under `name`.
 * `kinds` are the words for what is accepted; `maxMegabytes` is checked here and again by the server. `current` is what is stored already.
 */
export function FileField({
  name,
  label,
  hint,
  required,
  disabled,
  className,
  accept = "image/*,application/pdf",
  kinds = "JPG、PNG、PDF",
  maxMegabytes = 10,
  capture,
  current,
  onPick,
}: FieldProps & {
  accept?: string;
  kinds?: string;
  maxMegabytes?: number;
  capture?: boolean;
  current?: { name: string; href?: string };
  onPick?: (file: File | null) => void;
}) {
  const t = useTranslations("ui.file");
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [picture, setPicture] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const { pending } = useForm();

  useEffect(() => {
    if (!file?.type.startsWith("image/")) {
      setPicture(null);
      return;
    }
    const url = URL.createObjectURL(file);
    setPicture(url);
    return () => URL.revokeObjectURL(url);
  }, [file]);

  function take(next: File | null) {
    const fault =
      next === null
        ? null
        : next.size > maxMegabytes * megabyte
          ? t("tooBig", { size: maxMegabytes })
          : accepts(accept, next)
            ? null
            : t("wrongKind", { kinds });
    setProblem(fault);
    const kept = fault ? null : next;
    setFile(kept);
    onPick?.(kept);
    if (!kept && input.current) input.current.value = "";
  }

  function onDrop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (!dropped || !input.current || disabled) return;
    input.current.files = event.dataTransfer.files;
    take(dropped);
  }

  return (
    <Field
      name={name}
      label={label}
      hint={hint ?? t("hint", { kinds, size: maxMegabytes })}
      required={required}
      className={className}
      problem={problem}
    >
      {(wiring) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the file input inside is the control
        <div
          className={`relative flex min-h-20 items-center gap-3 rounded-card border border-dashed border-field-border bg-surface-secondary p-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-focus ${over ? "bg-accent-soft" : ""}`}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={onDrop}
        >
          <input
            ref={input}
            type="file"
            name={name}
            accept={accept}
            capture={capture ? "environment" : undefined}
            disabled={disabled}
            className="absolute inset-0 z-0 cursor-pointer opacity-0"
            onChange={(event) => take(event.target.files?.[0] ?? null)}
            {...wiring}
          />
          {file ? (
            <>
              {picture ? (
                // biome-ignore lint/performance/noImgElement: a local object URL, nothing to optimise
                <img
                  src={picture}
                  alt={t("preview", { name: file.name })}
                  className="h-14 w-20 rounded-chip border border-border object-cover"
                />
              ) : (
                <span className="grid size-10 place-items-center rounded-chip bg-surface-tertiary text-muted">
                  <Icon of={FileText} size={20} />
                </span>
              )}
              <span className="min-w-0 flex-1">
                <span className="block truncate">
                  {file.name} <span className="text-muted">{(file.size / megabyte).toFixed(2)} MB</span>
                </span>
                {pending && <Progress value={null} label={t("uploading")} />}
              </span>
              <span className="relative z-10 flex gap-1">
                <Button size="small" onClick={() => input.current?.click()}>
                  {capture ? t("retake") : t("replace")}
                </Button>
                <Button
                  size="small"
                  tone="quiet"
                  aria-label={t("remove", { name: file.name })}
                  onClick={() => take(null)}
                >
                  <Icon of={X} />
                </Button>
              </span>
            </>
          ) : (
            <span className="pointer-events-none flex w-full items-center justify-center gap-3">
              <Icon of={capture ? Camera : FileText} size={24} className="text-accent-soft-foreground" />
              <span>
                <b className="block">{capture ? t("camera") : t("pick")}</b>
                <span className="block text-xs text-muted">{current ? current.name : t("drop")}</span>
              </span>
            </span>
          )}
        </div>
      )}
    </Field>
  );
}
