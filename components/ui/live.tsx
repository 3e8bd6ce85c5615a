"use client";
import { keepPreviousData, QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";

/** Holds the cache of live reads; the console's frame has one. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: 2000, refetchOnWindowFocus: true, retry: 1 } } }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

/**
 * A read of `GET /api/console/<name>` that stays fresh while the window is seen: starts with what the server rendered, keeps the
 * old answer while the next one comes. Refuses: an Error holding the problem's sentence.
 */
export function useLive<T extends object>(
  name: string,
  params: Record<string, string>,
  options: { initial?: T; everySeconds?: number; enabled?: boolean } = {},
) {
  const search = new URLSearchParams(params).toString();
  return useQuery<T>({
    queryKey: [name, search],
    enabled: options.enabled,
    queryFn: async ({ signal }) => {
      const answer = await fetch(`/api/console/${name}?${search}`, { signal });
      const body: unknown = await answer.json();
      if (!answer.ok)
        throw new Error(
          typeof body === "object" && body && "title" in body ? String(body.title) : String(answer.status),
        );
      return body as T;
    },
    initialData: options.initial,
    placeholderData: keepPreviousData,
    refetchInterval: options.everySeconds ? options.everySeconds * 1000 : false,
  });
}

/** Renders the page again on the server every so often while it is seen: the simplest live screen. */
export function AutoRefresh({ seconds }: { seconds: number }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh();
    }, seconds * 1000);
    return () => clearInterval(timer);
  }, [router, seconds]);
  return null;
}
