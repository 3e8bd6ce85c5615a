import {
  BookOpenCheck,
  Box,
  Boxes,
  CalendarDays,
  CalendarRange,
  ChartColumn,
  FileText,
  Gauge,
  HandCoins,
  House,
  IdCard,
  ListChecks,
  type LucideIcon,
  MapPin,
  MessageSquareText,
  PackageCheck,
  ReceiptText,
  RotateCw,
  ScanLine,
  Settings,
  Share2,
  ShieldCheck,
  Store,
  TicketPercent,
  Truck,
  Undo2,
  User,
  Users,
  Wallet,
  Warehouse,
  Zap,
} from "lucide-react";

export type ConsoleKey =
  | "today"
  | "orders"
  | "schedule"
  | "campaigns"
  | "flashSales"
  | "coupons"
  | "stock"
  | "catalog"
  | "fulfilment"
  | "pickupPoints"
  | "aftersales"
  | "suppliers"
  | "leaders"
  | "settlements"
  | "payouts"
  | "ledger"
  | "analytics"
  | "people"
  | "audit"
  | "jobs"
  | "messages"
  | "settings";
export type NavEntry<K extends string> = { key: K; href: string; icon: LucideIcon };
export type NavGroup = {
  key: "trade" | "fulfil" | "partners" | "money" | "system";
  /** `go`: the letter after "g" that opens the page. */
  entries: readonly (NavEntry<ConsoleKey> & { go: string })[];
};

/** The operators' navigation: which page stands where. What a person may not open is not drawn (ShellFacts.visible). */
export const consoleNavigation: readonly NavGroup[] = [
  {
    key: "trade",
    entries: [
      { key: "today", href: "/today", icon: House, go: "t" },
      { key: "orders", href: "/orders", icon: ReceiptText, go: "o" },
      { key: "schedule", href: "/schedule", icon: CalendarRange, go: "k" },
      { key: "campaigns", href: "/sessions", icon: CalendarDays, go: "s" },
      { key: "flashSales", href: "/flash", icon: Zap, go: "f" },
      { key: "coupons", href: "/coupons", icon: TicketPercent, go: "c" },
      { key: "stock", href: "/stock", icon: Boxes, go: "b" },
      { key: "catalog", href: "/products", icon: Box, go: "p" },
    ],
  },
  {
    key: "fulfil",
    entries: [
      { key: "fulfilment", href: "/fulfilment", icon: Truck, go: "d" },
      { key: "pickupPoints", href: "/points", icon: MapPin, go: "i" },
      { key: "aftersales", href: "/aftersales", icon: Undo2, go: "a" },
    ],
  },
  {
    key: "partners",
    entries: [
      { key: "suppliers", href: "/suppliers", icon: Store, go: "u" },
      { key: "leaders", href: "/leaders", icon: User, go: "l" },
    ],
  },
  {
    key: "money",
    entries: [
      { key: "settlements", href: "/settlements", icon: Wallet, go: "m" },
      { key: "payouts", href: "/payouts", icon: HandCoins, go: "w" },
      { key: "ledger", href: "/ledger", icon: BookOpenCheck, go: "j" },
      { key: "analytics", href: "/analytics", icon: ChartColumn, go: "n" },
    ],
  },
  {
    key: "system",
    entries: [
      { key: "people", href: "/people", icon: Users, go: "e" },
      { key: "audit", href: "/audit", icon: ShieldCheck, go: "h" },
      { key: "jobs", href: "/jobs", icon: RotateCw, go: "q" },
      { key: "messages", href: "/messages", icon: MessageSquareText, go: "y" },
      { key: "settings", href: "/settings", icon: Settings, go: "," },
    ],
  },
];

/** Pages that begin something: the palette offers them to those who may. */
export const consoleBeginnings = [
  { key: "newSession", href: "/sessions/new" },
  { key: "newFlash", href: "/flash/new" },
  { key: "newProduct", href: "/products/new" },
  { key: "importPrices", href: "/products/import" },
  { key: "newPoint", href: "/points/new" },
  { key: "importPoints", href: "/points/import" },
] as const;

/** Every path of the operator console that has a navigation entry. */
export const consolePaths: readonly string[] = consoleNavigation.flatMap((group) =>
  group.entries.map((entry) => entry.href),
);

export const supplierNavigation = [
  { key: "today", href: "/supplier", icon: Gauge },
  { key: "orders", href: "/supplier/orders", icon: PackageCheck },
  { key: "products", href: "/supplier/products", icon: Box },
  { key: "statements", href: "/supplier/statements", icon: FileText },
  { key: "profile", href: "/supplier/profile", icon: IdCard },
] as const;

export const leaderNavigation = [
  { key: "today", href: "/leader", icon: House },
  { key: "verify", href: "/leader/pickup", icon: ScanLine },
  { key: "earnings", href: "/leader/earnings", icon: Wallet },
  { key: "promote", href: "/leader/share", icon: Share2 },
] as const;

export const siteNavigation = [
  { key: "today", href: "/site", icon: ListChecks },
  { key: "receiving", href: "/site/receiving", icon: Warehouse },
  { key: "delivery", href: "/site/delivery", icon: Truck },
] as const;

/** Whether a path belongs to a navigation entry: the entry itself or anything under it; a portal's home only itself. */
export const isCurrent = (pathname: string, href: string, home?: string): boolean =>
  pathname === href || (href !== home && pathname.startsWith(`${href}/`));
