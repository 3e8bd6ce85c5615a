import aftersalesEn from "./aftersales.en";
import aftersalesZh from "./aftersales.zh";
import analyticsEn from "./analytics.en";
import analyticsZh from "./analytics.zh";
import apiEn from "./api.en";
import apiZh from "./api.zh";
import auditEn from "./audit.en";
import auditZh from "./audit.zh";
import campaignsEn from "./campaigns.en";
import campaignsZh from "./campaigns.zh";
import catalogEn from "./catalog.en";
import catalogZh from "./catalog.zh";
import commissionEn from "./commission.en";
import commissionZh from "./commission.zh";
import exploreEn from "./explore.en";
import exploreZh from "./explore.zh";
import fulfilmentEn from "./fulfilment.en";
import fulfilmentZh from "./fulfilment.zh";
import groupsEn from "./groups.en";
import groupsZh from "./groups.zh";
import identityEn from "./identity.en";
import identityZh from "./identity.zh";
import leadersEn from "./leaders.en";
import leadersZh from "./leaders.zh";
import ledgerEn from "./ledger.en";
import ledgerZh from "./ledger.zh";
import type { Locale } from "./locale";
import noticesEn from "./notices.en";
import noticesZh from "./notices.zh";
import ordersEn from "./orders.en";
import ordersZh from "./orders.zh";
import pickupEn from "./pickup.en";
import pickupZh from "./pickup.zh";
import planningEn from "./planning.en";
import planningZh from "./planning.zh";
import priceEn from "./price.en";
import priceZh from "./price.zh";
import procurementEn from "./procurement.en";
import procurementZh from "./procurement.zh";
import promotionsEn from "./promotions.en";
import promotionsZh from "./promotions.zh";
import scheduleEn from "./schedule.en";
import scheduleZh from "./schedule.zh";
import settlementEn from "./settlement.en";
import settlementZh from "./settlement.zh";
import shellEn from "./shell.en";
import shellZh from "./shell.zh";
import suppliersEn from "./suppliers.en";
import suppliersZh from "./suppliers.zh";
import systemEn from "./system.en";
import systemZh from "./system.zh";
import uiEn from "./ui.en";
import uiZh from "./ui.zh";
import watchEn from "./watch.en";
import watchZh from "./watch.zh";
import workbenchEn from "./workbench.en";
import workbenchZh from "./workbench.zh";

const zh = {
  watch: watchZh,
  analytics: analyticsZh,
  planning: planningZh,
  price: priceZh,
  procurement: procurementZh,
  commission: commissionZh,
  leaders: leadersZh,
  pickup: pickupZh,
  campaigns: campaignsZh,
  catalog: catalogZh,
  suppliers: suppliersZh,
  system: systemZh,
  aftersales: aftersalesZh,
  explore: exploreZh,
  fulfilment: fulfilmentZh,
  api: apiZh,
  notices: noticesZh,
  orders: ordersZh,
  promotions: promotionsZh,
  audit: auditZh,
  groups: groupsZh,
  identity: identityZh,
  schedule: scheduleZh,
  shell: shellZh,
  settlement: settlementZh,
  ledger: ledgerZh,
  ui: uiZh,
  workbench: workbenchZh,
};
const en: Words = {
  watch: watchEn,
  analytics: analyticsEn,
  planning: planningEn,
  price: priceEn,
  procurement: procurementEn,
  commission: commissionEn,
  leaders: leadersEn,
  pickup: pickupEn,
  campaigns: campaignsEn,
  catalog: catalogEn,
  suppliers: suppliersEn,
  system: systemEn,
  aftersales: aftersalesEn,
  explore: exploreEn,
  fulfilment: fulfilmentEn,
  api: apiEn,
  notices: noticesEn,
  orders: ordersEn,
  promotions: promotionsEn,
  audit: auditEn,
  groups: groupsEn,
  identity: identityEn,
  schedule: scheduleEn,
  shell: shellEn,
  settlement: settlementEn,
  ledger: ledgerEn,
  ui: uiEn,
  workbench: workbenchEn,
};

/** Every sentence of the product by domain, in the shape of the Chinese original. */
export type Words = typeof zh;
export type WordsDomain = keyof Words;

/** All sentences in one language, as next-intl and the API read them. */
export const messages = (locale: Locale): Words => (locale === "en" ? en : zh);
