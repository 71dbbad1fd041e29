/* Preselects the time zone that the browser is set to. Without this file the list is chosen from by hand. */

const list = document.querySelector("select[data-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/* Only where nobody has chosen yet: UTC is what the form starts with. */
if (list && list.value === "UTC" && [...list.options].some((option) => option.value === zone)) list.value = zone;
