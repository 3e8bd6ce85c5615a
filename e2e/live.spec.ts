import { neighbour } from "./api";
import { expect, test, visit } from "./people";
import { like, say } from "./words";

test("a leader's application rings the desk at once; while nothing happens nothing is asked", async ({ as }) => {
  const desk = await as("operations");
  await visit(desk, "/notices");
  const list = desk.getByRole("region", { name: say("notices.title") });
  // the stream is open by then
  await desk.waitForTimeout(2_000);
  const asked: string[] = [];
  desk.on("request", (request) => asked.push(request.url()));
  await desk.waitForTimeout(4_000);
  expect(asked).toEqual([]);

  const app = await neighbour("applicant");
  const { cities } = await app.call<{ cities: { id: string }[] }>("GET", "/leader/program");
  const name = `周${Date.now() % 100_000}`;
  await app.once("/leader/applications", {
    name,
    phone: `158${`${Date.now()}`.slice(-8)}`,
    city_id: cities[0]?.id ?? "",
    district: "城东",
    point_name: `和平里 ${name}`,
    address: "和平路 1 号东门",
    lat: 30.27,
    lng: 120.15,
  });
  await expect(desk.getByRole("button", { name: like("shell.noticesCount") })).toBeVisible();
  await expect(list.getByText(`${name} · 和平里 ${name}`)).toBeVisible();
  await list.getByRole("link", { name: `和平里 ${name}` }).click();
  await expect(desk).toHaveURL(/\/leaders\/applications\/lap_/);
  await visit(desk, "/notices");
  await expect(list.getByRole("link", { name: `和平里 ${name}` })).not.toContainText(say("notices.unread"));
});
