# One image for web, worker and beat; docker-compose.yml says which command each runs.

FROM python:3.11-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements/base.txt requirements/semantic.txt requirements/
# Built with a text model, the image holds it: nothing is fetched when it runs.
ARG KINDRED_TEXT_MODEL=""
RUN python -m venv /opt/kindred \
    && /opt/kindred/bin/pip install --quiet --require-hashes -r requirements/base.txt \
        ${KINDRED_TEXT_MODEL:+-r requirements/semantic.txt}


FROM python:3.11-slim
LABEL org.opencontainers.image.title="Kindred" org.opencontainers.image.licenses="AGPL-3.0-or-later"
ENV PATH=/opt/kindred/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings KINDRED_DATA=/data KINDRED_STATIC=/srv/static
RUN groupadd --gid 10001 kindred \
    && useradd --uid 10001 --gid kindred --home-dir /data --no-create-home --shell /usr/sbin/nologin kindred \
    && mkdir --parents /data /srv/static \
    && chown kindred:kindred /data
WORKDIR /srv/kindred
COPY --from=packages /opt/kindred /opt/kindred
COPY . .
# The keys of this step open nothing: they are made for it and left behind in its own folder.
RUN python -m compileall -q . \
    && KINDRED_DATA=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build
USER kindred
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "deploy.healthy"]
CMD ["gunicorn", "config.wsgi", "--config", "deploy/gunicorn.py"]
