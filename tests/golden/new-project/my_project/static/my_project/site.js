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

const text = document.getElementById("echo-text");
const answer = document.getElementById("echo-answer");
const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/echo/`);

socket.addEventListener("open", () => (answer.value = "connected"));
socket.addEventListener("message", (event) => (answer.value = `reply: ${event.data}`));
socket.addEventListener("close", () => (answer.value = "not connected"));
document.getElementById("echo-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (socket.readyState === WebSocket.OPEN) {
    socket.send(text.value);
  }
});
