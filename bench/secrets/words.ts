/** Words for pass phrases, and some two hundred of BIP-39's 2,048. */

export const words: readonly string[] =
  `acorn amber anvil apricot badger bagel barley basalt beacon birch bison bobbin bramble breeze bucket cactus candle canyon
cardigan cedar cellar chalk cinder clover cobalt comet copper cricket crimson damson dapple dingo dolphin drizzle ember falcon
fennel ferry fiddle flannel flint fossil galaxy gazelle ginger glacier gondola granite gravel hammock harbour hazel heather heron
hickory hornet igloo indigo ivory jackal jasmine jigsaw juniper kernel kettle kiwi lantern larch lavender lemur lichen lobster
magnet mallow mammoth maple marble marigold meadow meteor mitten mosaic mustard nectar nettle nimbus nutmeg oatmeal obsidian olive
onyx orchard otter paddle pancake parsnip pebble pelican pepper pewter pigeon plover plum pollen poplar prairie puffin quartz quill
quilt raccoon radish raisin ripple rosemary saddle saffron salmon sandal sapphire satchel seashell sherbet snorkel sorrel sparrow
spruce starling sturgeon sunflower tangerine teapot thimble thistle timber toffee topaz trellis trombone tulip tundra turnip umber
velvet violet walnut walrus waffle willow wombat woodland yarrow zephyr zinnia`.split(/\s+/);

export const seedWords: readonly string[] =
  `abandon ability absorb abstract acoustic acquire adapt advance aerobic afford airport album alcohol alert alien almost alpha already
amateur amazing analyst anchor animal ankle antenna antique anxiety april arctic arena armor arrow artwork aspect atom auction august
autumn avocado awesome bachelor bacon balance balcony bamboo banana barely bargain battle beach become benefit betray bicycle bitter
blanket blossom blouse borrow bracket brisk broccoli bronze budget buffalo burger cabbage cactus calm canvas carbon cargo casino
caution celery cereal chaos cherry chimney cinnamon citizen claw clever cliff cloud clutch coconut column comfort copper coral cousin
coyote cradle crane cricket crouch crumble cruise crystal cushion dad dawn debris decade deer defy denial dentist deposit desert diesel
dilemma dinosaur dizzy dolphin donkey dragon drama drift dutch dwarf eager eagle easily echo ecology elbow elder elegant elephant
embark empower enact endless enrich episode erode erupt escape essay evolve exhaust exotic fabric faculty fantasy fatigue feature
federal fiction filter fiscal flavor fluid foil fossil fragile frozen gadget galaxy garlic gasp genius ghost giggle giraffe glance
glimpse goose gospel gravity grocery guitar habit hamster harvest hazard hedgehog hockey honey hospital humble hybrid iceberg impulse
inhale jacket jaguar jealous jungle kangaroo kidney kitten lava leopard lizard lonely lottery lunar magnet mango maximum merit midnight
mimic monkey muffin mutual napkin noodle oblige ocean olympic orbit oxygen panther parrot peanut pelican pepper pigeon pizza plastic
pluck puzzle pyramid quantum quarter rabbit raccoon receive rhythm rotate salmon scatter sibling silver skull smooth spider squirrel
summer swallow talent tattoo thunder tiger tomato tortoise trophy turtle umbrella unveil vacuum velvet vintage voyage walnut wealth
whisper window wisdom wrestle yellow zebra zone`.split(/\s+/);
