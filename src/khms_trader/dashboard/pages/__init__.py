"""Only st.* calls and view functions; re-exports nothing."""
