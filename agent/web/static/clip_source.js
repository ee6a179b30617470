// Where a player's pictures come from. Short clips are fetched whole: a browser keeps only six connections to one server for all its tabs.
import { proxyUrl } from "./api.js";

/** Clips up to this length are held in memory, a few megabytes each; longer ones are streamed. */
const WHOLE_UP_TO_S = 90;

/** A URL that a video element can play. */
export async function fetchBlobUrl(video) {
  const url = proxyUrl(video.id);
  if (video.duration_s > WHOLE_UP_TO_S) return url;
  try {
    const answer = await fetch(url);
    return answer.ok ? URL.createObjectURL(await answer.blob()) : url;
  } catch {
    return url;
  }
}
