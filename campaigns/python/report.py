"""What a campaign prints: figures, and what was broken."""


class Skipped(Exception):
    """The machine lacks something; says what."""


class Report:
    def __init__(self, name):
        self.name, self.figures, self.broken = name, [], []

    def figure(self, name, value):
        self.figures.append(f"{name} {value}")

    def must_be_none(self, name, value):
        if value:
            self.broken.append(name)
        self.figure(name, value)

    def must_be_some(self, name, value):
        if not value:
            self.broken.append("no " + name)
        self.figure(name, value)

    def must_not_exceed(self, name, value, most):
        """A figure with a bound, which is printed beside it."""
        if value is None or value > most:
            self.broken.append(name)
        self.figure(name, f"{value} (at most {most})")

    def passed(self):
        return not self.broken

    def line(self):
        verdict = "FAILED: " + ", ".join(self.broken) if self.broken else "passed"
        return f"{self.name}: {', '.join(self.figures)}: {verdict}"
