"""Application Insights: components and workbooks."""
