/* A photo as it is kept: turned upright, made smaller until it fits, without what the camera wrote into it. */

export const LARGEST = 400 * 1024;
const SIDES = [1920, 1600, 1280, 1024, 800];
const QUALITIES = [0.82, 0.7, 0.55];

/** The bytes of a JPEG of at most 400 kB. Throws where the file is no picture. */
export async function fitting(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    for (const side of SIDES) {
      const canvas = drawn(picture, side);
      for (const quality of QUALITIES) {
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
        if (blob && blob.size <= LARGEST) return await blob.arrayBuffer();
      }
    }
  } finally {
    picture.close();
  }
  throw new Error("too large");
}

function drawn(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A small canvas of kept bytes, to be looked at. */
export async function shown(bytes, label) {
  const canvas = drawn(await createImageBitmap(new Blob([bytes], { type: "image/jpeg" })), 640);
  canvas.className = "picture";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  return canvas;
}
