"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button";

type Detector = { detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]> };
type DetectorMaker = new (options: { formats: string[] }) => Detector;
const maker = (): DetectorMaker | null => (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector ?? null;

/** The camera with a frame; gives the six digits of the first pickup code it reads. Says so where the phone cannot. */
export function Scanner({ onCode, onClose }: { onCode: (code: string) => void; onClose: () => void }) {
  const t = useTranslations("fulfilment.pickup");
  const video = useRef<HTMLVideoElement>(null);
  const [cannot, setCannot] = useState(false);
  const told = useRef(onCode);
  told.current = onCode;

  useEffect(() => {
    const Make = maker();
    let stream: MediaStream | null = null;
    let timer = 0;
    let over = false;
    async function start() {
      if (!Make || !navigator.mediaDevices) return setCannot(true);
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        if (over || !video.current) return stop();
        video.current.srcObject = stream;
        await video.current.play();
        const detector = new Make({ formats: ["qr_code"] });
        const look = async () => {
          if (over || !video.current) return;
          const [found] = await detector.detect(video.current).catch(() => []);
          const code = found ? /(\d{6})\D*$/.exec(found.rawValue)?.[1] : undefined;
          if (code) return told.current(code);
          timer = window.setTimeout(() => void look(), 150);
        };
        void look();
      } catch {
        setCannot(true);
      }
    }
    function stop() {
      over = true;
      clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    }
    void start();
    return stop;
  }, []);

  return (
    <section
      aria-label={t("scan")}
      className="relative -mx-4 flex h-56 flex-col items-center justify-center gap-3 overflow-hidden bg-[#1c1916] text-white"
    >
      {cannot ? (
        <p className="px-8 text-center">{t("noCamera")}</p>
      ) : (
        <>
          <video ref={video} muted playsInline className="absolute inset-0 size-full object-cover" />
          <span aria-hidden="true" className="relative size-28 rounded-sheet border-[3px] border-white" />
          <p className="relative text-sm">{t("aim")}</p>
        </>
      )}
      <span className="relative">
        <Button onClick={onClose}>{t("stopScan")}</Button>
      </span>
    </section>
  );
}
