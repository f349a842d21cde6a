"""What the dashboards add to Superset's looks."""

# Superset lays twelve columns into the width of the window, whatever that is. On a phone the grid
# is told to be twice as wide as the screen and its rows wrap: two cards or one chart stand beside
# each other, and a table scrolls within its own box. 32 pixels are the margins, 16 a gap.
STYLE_SHEET = """\
@media (max-width: 767px) {
  .grid-container { overflow-x: clip; }
  .grid-container > div { width: calc(200vw - 48px) !important; }
  .grid-container .grid-content { width: calc(100vw - 32px); }
  .grid-container .grid-row { flex-wrap: wrap; gap: 16px; height: auto; }
  .grid-container .grid-row > * { margin-right: 0 !important; }
  .grid-container .resizable-container { max-width: calc(100vw - 32px) !important; }
  .grid-container .dashboard-markdown .resizable-container { height: auto !important; }
  .grid-container .chart-slice { overflow-x: auto; }
  .grid-container .header-title { font-size: 13px; line-height: 1.25; }
  .grid-container .filter-counts { display: none; }
}
"""
