{{- define "clusterinventory-camel.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- /* the longest suffix of an object's name has 15 characters */ -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "clusterinventory-camel.serviceAccount" -}}
{{- default (include "clusterinventory-camel.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- /* app.kubernetes.io/name is the same in each release: alerts and dashboard select by it */ -}}
{{- define "clusterinventory-camel.selectorLabels" -}}
app.kubernetes.io/name: clusterinventory-camel
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- /* without those of the version: a pod is replaced when something changes for it */ -}}
{{- define "clusterinventory-camel.podLabels" -}}
{{ include "clusterinventory-camel.selectorLabels" . }}
app.kubernetes.io/part-of: projectsveltos
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "clusterinventory-camel.labels" -}}
{{ include "clusterinventory-camel.podLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- /* name, namespace and labels of an object; call with (list . SUFFIX) */ -}}
{{- define "clusterinventory-camel.metadata" -}}
{{- $root := index . 0 -}}
name: {{ include "clusterinventory-camel.fullname" $root }}{{ index . 1 }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- include "clusterinventory-camel.labels" $root | nindent 2 }}
{{- end -}}

{{- define "clusterinventory-camel.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "clusterinventory-camel.insecureMetrics" -}}
{{- if or .Values.metrics.insecure .Values.watchNamespaces }}true{{ end -}}
{{- end -}}

{{- /* the environment variables of all settings, as YAML */ -}}
{{- define "clusterinventory-camel.settings" -}}
{{- $settings := merge (dict) .Values.settings .Values.routeSettings -}}
{{- if .Values.watchNamespaces -}}
{{- $_ := set $settings "watch-namespaces" (join "," .Values.watchNamespaces) -}}
{{- /* cluster-scoped: a Role cannot grant it */ -}}
{{- $settings = merge $settings (dict "debugging-configuration.watch" false) -}}
{{- end -}}
{{- if include "clusterinventory-camel.insecureMetrics" . -}}
{{- $_ := set $settings "insecure-diagnostics" true -}}
{{- end -}}
{{- if .Values.jars.volume -}}
{{- $_ := set $settings "lib" (printf "/further-jars/%s" .Values.jars.folder | trimSuffix "/") -}}
{{- end -}}
{{- if .Values.registration -}}
{{- $_ := set $settings "registration-file" "/etc/clusterinventory-camel/providers/registrations.yaml" -}}
{{- end -}}
{{- if and .Values.leaderElection.enabled (ne .Values.leaderElection.lease "clusterinventory-camel") -}}
{{- $_ := set $settings "leader-election.lease" .Values.leaderElection.lease -}}
{{- end -}}
{{- range $name, $value := $settings }}
{{- /* helm reads integers as floating point numbers, and writes large ones with an exponent */}}
{{ $name | upper | replace "." "_" | replace "-" "_" }}: {{ kindIs "float64" $value | ternary (int64 $value) $value | toString | quote }}
{{- end -}}
{{- end -}}

{{- /* Pods that do not compete for the same Lease must not run at the same time, so a change of it is not a rolling update. */ -}}
{{- define "clusterinventory-camel.isRollingUpdate" -}}
{{- $name := include "clusterinventory-camel.fullname" . -}}
{{- $competing := .Values.leaderElection.enabled -}}
{{- with lookup "apps/v1" "Deployment" .Release.Namespace $name -}}
{{- $settings := lookup "v1" "ConfigMap" $.Release.Namespace (printf "%s-settings" $name) -}}
{{- $lease := dig "data" "LEADER_ELECTION_LEASE" "clusterinventory-camel" $settings -}}
{{- $elects := has "--leader-elect" (first .spec.template.spec.containers).args -}}
{{- $competing = and $competing $elects (eq $lease $.Values.leaderElection.lease) -}}
{{- end -}}
{{- if $competing }}true{{ end -}}
{{- end -}}
