/** Somebody is a resident of ours for the first time; subject: her id. */
export const residentJoined = "resident.joined";
