package io.rvbbit.tracking;

import java.util.List;

/**
 * The words that ids are made of: short, friendly, a to z only.
 *
 * <p>Threading: immutable.
 */
final class FriendlyWords {
    static final List<String> ADJECTIVES =
            words(
                    """
                    amber able airy apt arctic autumn balmy bold brave breezy bright brisk bubbly calm
                    candid cheery chipper civil clever cosy crisp curious dapper daring dewy eager
                    earnest easy elegant fair fancy fearless festive fluffy fond fresh friendly gentle
                    gifted giddy glad gleaming golden graceful grand hale handy happy hardy hearty
                    honest humble jaunty jolly jovial keen kind lively loyal lucid lucky mellow merry
                    mighty mild misty modest neat nimble noble patient peppy placid plucky polite proud
                    quick quiet radiant rapid rosy serene shiny silver sleek smart snug spry steady
                    sunny swift tender tidy tranquil upbeat vivid warm wise witty zesty
                    """);

    static final List<String> CREATURES =
            words(
                    """
                    alpaca antelope badger bear beaver bee bison bluebird bobcat bunny butterfly camel
                    canary capybara caribou cat chinchilla chipmunk cricket crane cuckoo deer dolphin
                    dove dragonfly duck eagle egret elk falcon fawn ferret finch firefly flamingo fox
                    gazelle gecko giraffe goose gopher hamster hare hawk hedgehog heron hippo horse ibex
                    ibis iguana jackdaw jaguar jay kestrel kingfisher kitten kiwi koala ladybug lark
                    lemur llama lynx magpie mallard manatee marmot marten meerkat mole moose narwhal
                    newt nightingale ocelot octopus okapi oriole osprey otter owl panda parrot pelican
                    penguin pika platypus pony puffin puma quail rabbit raccoon raven robin salmon seal
                    sparrow squirrel starling stork swallow swan tapir tern tiger toucan turtle vole
                    walrus whale wombat wren yak zebra
                    """);

    private FriendlyWords() {}

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
