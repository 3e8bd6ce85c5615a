/** A drawing of the page as a PNG of twice its size, in the colours it is shown in; null when there is none. */
export async function pngOf(svg: SVGSVGElement | null): Promise<Blob | null> {
  if (!svg) return null;
  const { width, height } = svg.getBoundingClientRect();
  const look = getComputedStyle(svg);
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  copy.style.fontFamily = look.fontFamily;
  const text = new XMLSerializer()
    .serializeToString(copy)
    .replace(/var\((--[\w-]+)\)/g, (whole, name: string) => look.getPropertyValue(name).trim() || whole);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.fillStyle = look.getPropertyValue("--surface").trim() || "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
