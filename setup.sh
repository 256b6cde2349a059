#!/bin/sh
# Finds a Python that is new enough and lets it do the rest: ./setup.sh setup|demo|test|check|...
set -eu
cd "$(dirname "$0")"

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if "$python" -c "$new_enough" 2>/dev/null; then
        PYTHONPATH=src exec "$python" -m tongxin.project.setup "$@"
    fi
done

found=$("${PYTHON:-python3}" -V 2>&1 | head -n 1) || found=none
case "${LC_ALL:-${LANG:-}}" in
    zh*) echo "tongxin: 同心需要 Python 3.11 或更新的版本（现有：$found），请先安装。" >&2 ;;
    *) echo "tongxin: Tongxin needs Python 3.11 or newer (found: $found): install one and try again." >&2 ;;
esac
exit 3
