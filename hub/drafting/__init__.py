"""Reads an official form as ministries publish it (XLSX, DOCX) and drafts the edition that a person then corrects."""
