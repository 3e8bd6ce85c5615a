/** The password of every demo account that has one. */
export const demoPassword = "lintuan-demo-2026";

/**
 * Who can sign in to the demo: the seed makes them, `npm start` prints them, the browser tests use them.
 * `login` is the e-mail address, or the mobile number where the person signs in by SMS code.
 * @type {readonly {
 *   key: string, portal: "console" | "supplier" | "leader", role: string, name: string, login: string, password?: string
 * }[]}
 */
export const demoAccounts = [
  { key: "administrator", portal: "console", role: "administrator", name: "周敏", login: "admin@lintuan.demo" },
  { key: "merchandiser", portal: "console", role: "merchandiser", name: "林晓岚", login: "merchandiser@lintuan.demo" },
  { key: "operations", portal: "console", role: "operations", name: "许志远", login: "operations@lintuan.demo" },
  { key: "financeMaker", portal: "console", role: "finance", name: "沈佳", login: "finance@lintuan.demo" },
  { key: "financeChecker", portal: "console", role: "finance", name: "顾明华", login: "finance2@lintuan.demo" },
  { key: "support", portal: "console", role: "support", name: "何婷", login: "support@lintuan.demo" },
  { key: "auditor", portal: "console", role: "auditor", name: "陆振国", login: "auditor@lintuan.demo" },
  { key: "warehouse", portal: "console", role: "warehouse", name: "马建军", login: "warehouse@lintuan.demo" },
  { key: "driver", portal: "console", role: "driver", name: "赵大勇", login: "driver@lintuan.demo" },
  { key: "supplierOwner", portal: "supplier", role: "owner", name: "孙丽萍", login: "supplier@lintuan.demo" },
  { key: "supplierStaff", portal: "supplier", role: "staff", name: "孙小磊", login: "supplier-staff@lintuan.demo" },
  { key: "leader", portal: "leader", role: "leader", name: "王秀英", login: "13800000001" },
].map((account) => (account.portal === "leader" ? account : { ...account, password: demoPassword }));
