"""What a browser would send of a form as it stands in a page."""

from html.parser import HTMLParser


class _Controls(HTMLParser):
    """Collects name -> values of the successful controls; templates are left out."""

    def __init__(self, form_id: str):
        super().__init__()
        self.form_id = form_id
        self.values: dict[str, list[str]] = {}
        self._is_inside = not form_id
        self._templates = 0
        self._select = self._area = ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form" and attrs.get("id") == self.form_id:
            self._is_inside = True
        self._templates += tag == "template"
        if not self._is_inside or self._templates or "disabled" in attrs:
            return
        name, kind = attrs.get("name", ""), attrs.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "button"):
            is_box = kind in ("checkbox", "radio")
            if not is_box or "checked" in attrs:
                self._add(name, attrs.get("value", "on" if is_box else ""))
        elif tag == "textarea":
            self._area = name
            self._add(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in attrs:
            self._add(self._select, attrs.get("value", ""))

    def handle_endtag(self, tag):
        self._templates -= tag == "template"
        if tag == "form" and self.form_id:
            self._is_inside = False
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data):
        if self._area and self._is_inside and not self._templates:
            self.values[self._area][-1] += data

    def _add(self, name, value):
        self.values.setdefault(name, []).append(value)


def submission(html: str, form_id: str = "") -> dict[str, list[str]]:
    """Name -> values of all controls in `html`, or of its form with that id."""
    controls = _Controls(form_id)
    controls.feed(html)
    # HTML drops the line break right after <textarea>, browsers send CR LF.
    return {
        name: [value.removeprefix("\n").replace("\n", "\r\n") for value in values]
        for name, values in controls.values.items()
    }
