const checks = document.getElementById("checks");

function show(name, state) {
  const item = document.createElement("li");
  item.className = state;
  item.textContent = `${name}: ${state}`;
  return item;
}

try {
  const answer = await fetch("/health/");
  const health = await answer.json();
  checks.replaceChildren(...Object.entries(health.checks).map(([name, state]) => show(name, state)));
} catch {
  checks.replaceChildren(show("application", "unavailable"));
}
