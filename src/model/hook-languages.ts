/** Languages for which there are lines of a start-up hook; each has a snippet in the topic `agents`. */
export const HOOK_LANGUAGES = ["sh", "fish", "powershell", "python", "node"] as const;
