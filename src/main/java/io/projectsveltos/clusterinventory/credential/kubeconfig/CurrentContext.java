package io.projectsveltos.clusterinventory.credential.kubeconfig;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import io.projectsveltos.clusterinventory.credential.golang.GoYaml;
import io.projectsveltos.clusterinventory.credential.golang.UnreadableException;
import java.util.Optional;

/** Changes the current context of a kubeconfig. */
public final class CurrentContext {

    private static final YAMLMapper YAML = YAMLMapper.builder(
                    YAMLFactory.builder().stringQuotingChecker(new Names()).build())
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    /** A quoted merge key is an ordinary name; without the quotes it would merge. */
    private static final class Names extends StringQuotingChecker.Default {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean needToQuoteName(String name) {
            return name.equals("<<") || super.needToQuoteName(name);
        }
    }

    private CurrentContext() {}

    /**
     * Sets the current context and keeps everything else, including unknown fields.
     *
     * @return the kubeconfig in YAML, or empty when it has no such context
     * @throws UnreadableException when it is not a kubeconfig
     */
    public static Optional<byte[]> set(byte[] kubeconfig, String context) throws UnreadableException {
        JsonNode document = GoYaml.read(kubeconfig);
        if (!KubeconfigDocument.decode(document).contexts().containsKey(context)) {
            return Optional.empty();
        }
        try {
            return Optional.of(YAML.writeValueAsBytes(((ObjectNode) document).put("current-context", context)));
        } catch (JsonProcessingException e) {
            // not its message, which may quote the kubeconfig
            throw UnreadableException.refused("cannot be written again");
        }
    }
}
