"""The library: what `import hubbub` offers. Nothing is imported here; `hubbub` itself says what stands where."""
